'use client';

import { Ban } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { sumOf } from '#components/ui/campaign-segments.ts';
import { ConfirmComment } from '#components/ui/confirm-comment.tsx';
import { formatCount } from '#components/ui/format.ts';
import { EndBehaviour } from '#lib/domain/campaign-definition.ts';
import type { AssignmentState } from '#lib/domain/states.ts';
import { abortCampaignAction } from '../../app/(console)/campaigns/actions.ts';
import { assignmentsHref } from './assignment-url.ts';
import { UNDER_WAY, underWayOf } from './monitor-counts.ts';
import type { Monitored } from './monitor-types.ts';

const WAITING: AssignmentState[] = ['pending', 'deferred'];

const CHOICES: Record<EndBehaviour, { title: string; text: string }> = {
  stop_offering: {
    title: 'Let them finish',
    text: 'Vehicles that have the offer download and install it; nobody else is offered it.',
  },
  cancel_not_begun: {
    title: 'Cancel what has not begun',
    text: 'Vehicles that have not begun to download are told to drop it; the others finish.',
  },
  cancel_all: {
    title: 'Cancel all',
    text: 'Every vehicle that has not begun to install is told to drop it. An installation that has begun always finishes.',
  },
};

/** Ends the campaign for good; asks what becomes of vehicles under way, and for its name. */
export function Abort({ campaign, onDone }: { campaign: Monitored; onDone(): void }) {
  const [mode, setMode] = useState<EndBehaviour>('cancel_not_begun');
  const underWay = underWayOf(campaign);
  const waiting = sumOf(campaign.counts, WAITING);
  return (
    <ConfirmComment
      label="Comment"
      optional
      danger
      trigger={
        <Button look="danger">
          <Ban aria-hidden /> Abort
        </Button>
      }
      title={`Abort ${campaign.name}`}
      action="Abort for good"
      typeName={campaign.name}
      onConfirm={async (comment) => {
        const answer = await abortCampaignAction({
          campaignId: campaign.id,
          mode,
          ...(comment ? { comment } : {}),
        });
        if (!answer.ok) return answer.error.message;
        onDone();
        return undefined;
      }}
    >
      <p>
        It cannot be started again.{' '}
        <Link
          prefetch={false}
          href={assignmentsHref(campaign.id, { state: UNDER_WAY })}
          className="underline"
        >
          {formatCount(underWay)} {underWay === 1 ? 'vehicle has' : 'vehicles have'} an offer open
        </Link>
        ,{' '}
        <Link prefetch={false} href={assignmentsHref(campaign.id, { state: WAITING })} className="underline">
          {formatCount(waiting)} still {waiting === 1 ? 'waits' : 'wait'}
        </Link>
        .
      </p>
      <fieldset className="grid gap-1 text-fg">
        <legend className="mb-1 font-medium">Vehicles under way</legend>
        {EndBehaviour.options.map((option) => (
          <label key={option} className="flex items-start gap-2 rounded-md p-1.5 hover:bg-raised">
            <input
              type="radio"
              name="abort-mode"
              className="mt-0.5 size-4 accent-accent"
              checked={mode === option}
              onChange={() => setMode(option)}
            />
            <span>
              <span className="block font-medium">{CHOICES[option].title}</span>
              <span className="text-muted text-sm">{CHOICES[option].text}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </ConfirmComment>
  );
}
