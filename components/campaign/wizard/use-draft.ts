'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { createCampaignAction, editCampaignAction } from '../../../app/(console)/campaigns/actions.ts';
import { DraftDefinition } from '../draft-definition.ts';

export type SaveState =
  | { kind: 'saved' }
  | { kind: 'saving' }
  /** Kept in this tab and tried again by itself. */
  | { kind: 'unsaved'; message: string }
  /** Somebody else saved a later revision. */
  | { kind: 'conflict'; revision: number };

const PAUSE_MS = 600;
const RETRY_MS = 5_000;

export type Draft = {
  /** None before the first edit: looking makes no draft. */
  campaignId: string | undefined;
  definition: DraftDefinition;
  revision: number;
  save: SaveState;
  change(part: Partial<DraftDefinition>): void;
  /** Saves what is not saved yet; the draft's id when the server has what is on the screen. */
  flush(): Promise<string | undefined>;
  /** After a conflict: writes this tab's version over the other one. */
  keepMine(): void;
};

/**
 * A campaign's definition that saves itself: half a second after the last change, one request at a time. Without an
 * id the first save makes the draft and `onCreated` is told.
 */
export function useDraft(
  initialId: string | undefined,
  initial: DraftDefinition,
  initialRevision: number,
  onCreated: (campaignId: string) => void,
): Draft {
  const [campaignId, setCampaignId] = useState(initialId);
  const [definition, setDefinition] = useState(initial);
  const [save, setSave] = useState<SaveState>({ kind: 'saved' });
  const [revision, setRevision] = useState(initialRevision);
  const created = useRef(onCreated);
  created.current = onCreated;
  const latest = useRef({
    campaignId: initialId,
    definition: initial,
    savedText: JSON.stringify(initial),
    revision: initialRevision,
  });
  const running = useRef<Promise<string | undefined> | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const flush = useCallback(async (): Promise<string | undefined> => {
    clearTimeout(timer.current);
    // Whoever waited may find the next request begun already: two of one revision would conflict.
    while (running.current) await running.current;
    const { campaignId: id, definition: wanted, savedText, revision: base } = latest.current;
    const text = JSON.stringify(wanted);
    if (text === savedText && id !== undefined) {
      setSave({ kind: 'saved' });
      return id;
    }
    const again = () => {
      timer.current = setTimeout(() => void flush(), RETRY_MS);
    };
    const attempt = async (): Promise<string | undefined> => {
      const parsed = DraftDefinition.safeParse(wanted);
      if (!parsed.success) {
        setSave({ kind: 'unsaved', message: parsed.error.issues[0]?.message ?? 'an entry is not valid' });
        return undefined;
      }
      setSave({ kind: 'saving' });
      const saving =
        id === undefined
          ? createCampaignAction(parsed.data)
          : editCampaignAction({ campaignId: id, revision: base, definition: parsed.data });
      const result = await saving.catch(() => undefined);
      if (!result) {
        setSave({ kind: 'unsaved', message: 'the server does not answer' });
        again();
        return undefined;
      }
      if (!result.ok) {
        const other = result.error.details.revision;
        if (result.error.code === 'revision_conflict' && typeof other === 'number') {
          setSave({ kind: 'conflict', revision: other });
        } else setSave({ kind: 'unsaved', message: result.error.message });
        return undefined;
      }
      latest.current.savedText = text;
      latest.current.revision = result.data.revision;
      setRevision(result.data.revision);
      setSave({ kind: 'saved' });
      if (id === undefined) {
        latest.current.campaignId = result.data.campaignId;
        setCampaignId(result.data.campaignId);
        created.current(result.data.campaignId);
      }
      return result.data.campaignId;
    };
    running.current = attempt();
    const done = await running.current;
    running.current = undefined;
    // What was typed while the request was under way.
    if (done && JSON.stringify(latest.current.definition) !== latest.current.savedText) return flush();
    return done;
  }, []);

  const change = useCallback(
    (part: Partial<DraftDefinition>) => {
      latest.current.definition = { ...latest.current.definition, ...part };
      setDefinition(latest.current.definition);
      setSave((state) => (state.kind === 'conflict' ? state : { kind: 'saving' }));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), PAUSE_MS);
    },
    [flush],
  );

  useEffect(() => {
    const isSaved = () => JSON.stringify(latest.current.definition) === latest.current.savedText;
    const warn = (event: BeforeUnloadEvent) => {
      if (isSaved()) return;
      void flush();
      event.preventDefault();
    };
    const online = () => {
      if (!isSaved()) void flush();
    };
    addEventListener('beforeunload', warn);
    addEventListener('online', online);
    return () => {
      removeEventListener('beforeunload', warn);
      removeEventListener('online', online);
      // Leaving by a link inside the console: what is left is sent on the way out.
      if (!isSaved()) void flush();
    };
  }, [flush]);

  return {
    campaignId,
    definition,
    revision,
    save,
    change,
    flush,
    keepMine() {
      if (save.kind !== 'conflict') return;
      latest.current.revision = save.revision;
      latest.current.savedText = '';
      void flush();
    },
  };
}
