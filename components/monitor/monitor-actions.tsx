'use client';

import { FastForward, Pause, Play, Printer } from 'lucide-react';
import { useEffect, useState } from 'react';
import { DeleteDraft } from '#components/campaign/wizard/delete-draft.tsx';
import { Button, ButtonLink } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { formatCount } from '#components/ui/format.ts';
import { ErrorNote } from '#components/ui/notes.tsx';
import { Status } from '#components/ui/status.tsx';
import { CLICK_BELOW, TYPE_ABOVE } from '#components/ui/type-name.tsx';
import { possibleIn } from '#lib/domain/campaign.ts';
import { CampaignState } from '#lib/domain/states.ts';
import type { ActionResult } from '#lib/protocol/action-result.ts';
import {
  openNextWaveAction,
  pauseCampaignAction,
  startCampaignAction,
} from '../../app/(console)/campaigns/actions.ts';
import { Abort } from './abort.tsx';
import { ImpactAction } from './impact-action.tsx';

import type { Can, Monitored } from './monitor-types.ts';
import { Resume } from './resume.tsx';
import { nameOfWave } from './standing.ts';

type Shown = { problem: string | undefined; requested: string | undefined };
const NOTHING: Shown = { problem: undefined, requested: undefined };

/** What may be done with the campaign now, by this person; each says "requested" until the server did it. */
export function MonitorActions({ campaign, can }: { campaign: Monitored; can: Can }) {
  const [{ problem, requested }, show] = useState<Shown>(NOTHING);
  const situation = `${campaign.state} ${campaign.waves.map(({ state }) => state).join(' ')}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was requested has come about.
  useEffect(() => show((shown) => ({ ...shown, requested: undefined })), [situation]);
  const onProblem = (message: string | undefined) => show({ problem: message, requested: undefined });
  const onDone = (what: string) => show({ problem: undefined, requested: what });
  const state = CampaignState.catch('draft').parse(campaign.state);
  const may = (event: Parameters<typeof possibleIn>[0]) => possibleIn(event).includes(state);
  const reviewed = Number(Reflect.get(Object(campaign.reviewedImpact), 'eligible') ?? 0);
  const send = async (what: string, result: Promise<ActionResult<unknown>>) => {
    const answer = await result.catch(() => undefined);
    if (answer?.ok) onDone(what);
    else
      onProblem(
        answer?.error.message ?? 'The server did not answer. Look at the state before you try again.',
      );
  };

  return (
    <div className="grid justify-items-start gap-2 sm:justify-items-end" data-print="hide">
      <div className="flex flex-wrap gap-2">
        {requested && (
          <Status tone="running" className="px-1">
            {requested} requested
          </Status>
        )}
        {can.write && state === 'draft' && (
          <>
            {campaign.startedAt === null && <DeleteDraft campaignId={campaign.id} name={campaign.name} />}
            <ButtonLink href={`/campaigns/${campaign.id}/edit`}>Edit draft</ButtonLink>
          </>
        )}
        {can.start && (may('start') || startsAsDraft(campaign)) && (
          <ImpactAction
            campaign={campaign}
            title={`Start ${campaign.name}`}
            action="Start"
            icon={<Play aria-hidden />}
            reach={reviewed}
            run={(seen) => startCampaignAction({ campaignId: campaign.id, ...seen })}
            onDone={() => onDone('Start')}
            onProblem={onProblem}
          />
        )}
        {can.start && <NextWave campaign={campaign} send={send} />}
        {can.pause && may('pause') && (
          <Button onClick={() => void send('Pause', pauseCampaignAction({ campaignId: campaign.id }))}>
            <Pause aria-hidden /> Pause
          </Button>
        )}
        {can.resume && may('resume') && (
          <Resume
            campaign={campaign}
            mayAcknowledge={can.acknowledge}
            onDone={() => onDone('Resume')}
            onProblem={onProblem}
          />
        )}
        {can.abort && may('abort') && <Abort campaign={campaign} onDone={() => onDone('Abort')} />}
        <Button look="quiet" onClick={() => print()} aria-label="Print a summary">
          <Printer aria-hidden />
        </Button>
      </div>
      {problem && <ErrorNote className="max-w-xl">{problem}</ErrorNote>}
    </div>
  );
}

/** A complete draft that needs no approval is submitted and started in one. */
function startsAsDraft(campaign: Monitored): boolean {
  return campaign.state === 'draft' && campaign.complete && campaign.requiredApprovals === 0;
}

/** Opens the way to the next wave, where one waits for a person or its gate cannot be met any more. */
function NextWave({
  campaign,
  send,
}: {
  campaign: Monitored;
  send(what: string, result: Promise<ActionResult<unknown>>): Promise<void>;
}) {
  const current = campaign.waves.findLast(({ state }) => state !== 'waiting' && state !== 'finished');
  const next = current && campaign.waves.find(({ number }) => number === current.number + 1);
  if (campaign.state !== 'running' || !current || next?.state !== 'waiting') return null;
  const urgent = current.state === 'awaiting_manual' || current.stalledAt !== null;
  const reach = campaign.counts.reduce(
    (sum, { wave, state, count }) => sum + (wave === next.number && state === 'pending' ? count : 0),
    0,
  );
  const run = () => openNextWaveAction({ campaignId: campaign.id, wave: next.number });
  return (
    <Confirm
      trigger={
        <Button look={urgent ? 'primary' : 'default'}>
          <FastForward aria-hidden /> Open next wave
        </Button>
      }
      title={`Open ${nameOfWave(campaign, next)}`}
      action="Open next wave"
      {...(reach > TYPE_ABOVE ? { typeName: campaign.name } : {})}
      direct={urgent && reach < CLICK_BELOW ? () => void send('Next wave', run()) : undefined}
      onConfirm={async () => {
        const answer = await run();
        if (!answer.ok) return answer.error.message;
        await send('Next wave', Promise.resolve(answer));
        return undefined;
      }}
    >
      <p>
        {formatCount(reach)} {reach === 1 ? 'vehicle' : 'vehicles'} of the next wave may be offered the update
        from now on.
      </p>
      {!urgent && <p>The gate of {nameOfWave(campaign, current)} has not been met yet; it is passed over.</p>}
    </Confirm>
  );
}
