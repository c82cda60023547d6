'use client';

import { useId, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { Field } from '#components/ui/field.tsx';
import { formatCount } from '#components/ui/format.ts';
import { Select } from '#components/ui/input.tsx';
import { ErrorNote, Note } from '#components/ui/notes.tsx';
import { possibleIn } from '#lib/domain/campaign.ts';
import { EndBehaviour } from '#lib/domain/campaign-definition.ts';
import type { ActionResult } from '#lib/protocol/action-result.ts';
import {
  abortCampaignAction,
  deleteDraftAction,
  pauseCampaignAction,
} from '../../app/(console)/campaigns/actions.ts';
import { BulkResume } from './bulk-resume.tsx';
import type { CampaignRights } from './campaign-list.tsx';
import { END_BEHAVIOURS } from './end-behaviours.ts';
import { isMereDraft } from './row-menu.tsx';
import type { CampaignListRow } from './use-campaigns.ts';

type Props = { campaigns: CampaignListRow[]; can: CampaignRights; onClear(): void };
/** Does one thing to each of several campaigns, one after the other, and tells what became of them. */
export type CarryOut = (
  word: string,
  targets: CampaignListRow[],
  act: (campaignId: string) => Promise<ActionResult<unknown>>,
) => Promise<undefined>;
type Outcome = { done: string; failures: { name: string; message: string }[] };

/** Actions on the chosen campaigns; each is carried out by itself, and each refusal is said. */
export function BulkBar({ campaigns, can, onClear }: Props) {
  const [outcome, setOutcome] = useState<Outcome>();
  const [busy, setBusy] = useState(false);
  const [mode, setMode] = useState<EndBehaviour>('cancel_not_begun');
  const id = useId();
  const inState = (event: 'pause' | 'abort') =>
    campaigns.filter(({ state }) => possibleIn(event).includes(state));
  const pausable = inState('pause');
  const abortable = inState('abort');
  const drafts = campaigns.filter(isMereDraft);

  const carryOut: CarryOut = async (word, targets, act) => {
    setBusy(true);
    setOutcome(undefined);
    const failures: Outcome['failures'] = [];
    for (const { id: campaignId, name } of targets) {
      const result = await act(campaignId).catch(() => undefined);
      if (!result?.ok) failures.push({ name, message: result?.error.message ?? 'the server did not answer' });
    }
    setBusy(false);
    const count = targets.length - failures.length;
    setOutcome({ done: `${word}: ${count} ${count === 1 ? 'campaign' : 'campaigns'}.`, failures });
    return undefined;
  };

  if (campaigns.length === 0 && !outcome) return null;
  return (
    <section aria-label="Actions on the chosen campaigns" className="grid gap-2">
      {campaigns.length > 0 && (
        <div className="flex flex-wrap items-center gap-2 rounded-md border border-line bg-raised px-3 py-2">
          <span className="mr-2 font-medium">{formatCount(campaigns.length)} chosen</span>
          {can.pause && (
            <Button
              disabled={busy || pausable.length === 0}
              onClick={() =>
                void carryOut('Paused', pausable, (campaignId) => pauseCampaignAction({ campaignId }))
              }
            >
              Pause {pausable.length > 0 && pausable.length}
            </Button>
          )}
          {can.resume && <BulkResume campaigns={campaigns} busy={busy} carryOut={carryOut} />}
          {can.abort && (
            <Confirm
              trigger={
                <Button look="danger" disabled={busy || abortable.length === 0}>
                  Abort {abortable.length > 0 && abortable.length} …
                </Button>
              }
              title={`Abort ${abortable.length === 1 ? 'a campaign' : `${abortable.length} campaigns`} for good?`}
              action="Abort"
              danger
              typeName={
                abortable.length === 1 ? (abortable[0]?.name ?? 'abort') : `abort ${abortable.length}`
              }
              onConfirm={() =>
                carryOut('Aborted', abortable, (campaignId) => abortCampaignAction({ campaignId, mode }))
              }
            >
              <ul className="list-inside list-disc">
                {abortable.slice(0, 10).map(({ id: key, name }) => (
                  <li key={key}>{name}</li>
                ))}
                {abortable.length > 10 && <li>and {abortable.length - 10} more</li>}
              </ul>
              <Field label="Vehicles under way">
                {(control) => (
                  <Select
                    {...control}
                    value={mode}
                    onChange={(event) => setMode(EndBehaviour.parse(event.target.value))}
                  >
                    {EndBehaviour.options.map((value) => (
                      <option key={value} value={value}>
                        {END_BEHAVIOURS[value]}
                      </option>
                    ))}
                  </Select>
                )}
              </Field>
            </Confirm>
          )}
          {can.write && drafts.length > 0 && (
            <Confirm
              trigger={<Button disabled={busy}>Discard {drafts.length} …</Button>}
              title={`Discard ${drafts.length === 1 ? 'a draft' : `${drafts.length} drafts`}?`}
              action="Discard"
              danger
              onConfirm={async () => {
                await carryOut('Discarded', drafts, (campaignId) => deleteDraftAction({ campaignId }));
                onClear();
                return undefined;
              }}
            >
              <p>No vehicle knows of them. The audit log keeps their definitions.</p>
            </Confirm>
          )}
          <Button look="quiet" className="ml-auto" onClick={onClear}>
            Choose none
          </Button>
        </div>
      )}
      {outcome && (
        <div id={id} className="grid gap-2">
          <Note tone="done" role="status">
            {outcome.done}{' '}
            <Button size="small" look="quiet" onClick={() => setOutcome(undefined)}>
              Dismiss
            </Button>
          </Note>
          {outcome.failures.length > 0 && (
            <ErrorNote>
              <ul>
                {outcome.failures.map(({ name, message }) => (
                  <li key={`${name} ${message}`}>
                    {name}: {message}
                  </li>
                ))}
              </ul>
            </ErrorNote>
          )}
        </div>
      )}
    </section>
  );
}
