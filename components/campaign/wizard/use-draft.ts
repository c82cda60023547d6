'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { editCampaignAction } from '../../../app/(console)/campaigns/actions.ts';
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
  definition: DraftDefinition;
  revision: number;
  save: SaveState;
  change(part: Partial<DraftDefinition>): void;
  /** Saves what is not saved yet; true when the server has what is on the screen. */
  flush(): Promise<boolean>;
  /** After a conflict: writes this tab's version over the other one. */
  keepMine(): void;
};

/** A campaign's definition that saves itself: half a second after the last change, one request at a time. */
export function useDraft(campaignId: string, initial: DraftDefinition, initialRevision: number): Draft {
  const [definition, setDefinition] = useState(initial);
  const [save, setSave] = useState<SaveState>({ kind: 'saved' });
  const [revision, setRevision] = useState(initialRevision);
  const latest = useRef({
    definition: initial,
    savedText: JSON.stringify(initial),
    revision: initialRevision,
  });
  const running = useRef<Promise<boolean> | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const flush = useCallback(async (): Promise<boolean> => {
    clearTimeout(timer.current);
    // Whoever waited may find the next request begun already: two of one revision would conflict.
    while (running.current) await running.current;
    const { definition: wanted, savedText, revision: base } = latest.current;
    const text = JSON.stringify(wanted);
    if (text === savedText) {
      setSave({ kind: 'saved' });
      return true;
    }
    const again = () => {
      timer.current = setTimeout(() => void flush(), RETRY_MS);
    };
    const attempt = async (): Promise<boolean> => {
      const parsed = DraftDefinition.safeParse(wanted);
      if (!parsed.success) {
        setSave({ kind: 'unsaved', message: parsed.error.issues[0]?.message ?? 'an entry is not valid' });
        return false;
      }
      setSave({ kind: 'saving' });
      const result = await editCampaignAction({ campaignId, revision: base, definition: parsed.data }).catch(
        () => undefined,
      );
      if (!result) {
        setSave({ kind: 'unsaved', message: 'the server does not answer' });
        again();
        return false;
      }
      if (!result.ok) {
        const other = result.error.details.revision;
        if (result.error.code === 'revision_conflict' && typeof other === 'number') {
          setSave({ kind: 'conflict', revision: other });
        } else setSave({ kind: 'unsaved', message: result.error.message });
        return false;
      }
      latest.current.savedText = text;
      latest.current.revision = result.data.revision;
      setRevision(result.data.revision);
      setSave({ kind: 'saved' });
      return true;
    };
    running.current = attempt();
    const done = await running.current;
    running.current = undefined;
    // What was typed while the request was under way.
    if (done && JSON.stringify(latest.current.definition) !== latest.current.savedText) return flush();
    return done;
  }, [campaignId]);

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
    const online = () => void flush();
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
