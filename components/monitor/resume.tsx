'use client';

import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { sumOf } from '#components/ui/campaign-segments.ts';
import { Field } from '#components/ui/field.tsx';
import { formatCount } from '#components/ui/format.ts';
import { Input } from '#components/ui/input.tsx';
import { Note } from '#components/ui/notes.tsx';
import { isAutomatic, PauseCause } from '#lib/domain/pause-cause.ts';
import { acknowledgeFailuresAction, resumeCampaignAction } from '../../app/(console)/campaigns/actions.ts';
import { ImpactAction } from './impact-action.tsx';
import { extentOf } from './monitor-counts.ts';
import type { Monitored } from './monitor-types.ts';

type ResumeProps = {
  campaign: Monitored;
  mayAcknowledge: boolean;
  onDone(): void;
  onProblem(message: string | undefined): void;
};

/** Resumes; after an automatic pause the known failures are acknowledged first, with a reason, so that they count no more. */
export function Resume({ campaign, mayAcknowledge, onDone, onProblem }: ResumeProps) {
  const [comment, setComment] = useState('');
  const cause = PauseCause.safeParse(campaign.pauseCause);
  const automatic = cause.success && isAutomatic(cause.data);
  const failures = sumOf(
    campaign.counts.filter((count) => !count.acknowledged),
    ['failed', 'rolled_back', 'timed_out'],
  );
  const acknowledges = automatic && failures > 0;
  return (
    <ImpactAction
      campaign={campaign}
      title={`Resume ${campaign.name}`}
      action={acknowledges ? 'Acknowledge and resume' : 'Resume'}
      icon={<RotateCcw aria-hidden />}
      reach={extentOf(campaign).open}
      always={automatic}
      extraMissing={acknowledges && (comment.trim() === '' || !mayAcknowledge)}
      extra={
        acknowledges ? (
          <div className="grid gap-3">
            <Note tone="failed">
              {formatCount(failures)} {failures === 1 ? 'failure is' : 'failures are'} not acknowledged yet.
              Acknowledged failures no longer count, and the minimum sample is collected anew.
            </Note>
            <Field label="Why are these failures known and accepted?">
              {(control) => (
                <Input
                  {...control}
                  value={comment}
                  onChange={(event) => setComment(event.target.value)}
                  required
                />
              )}
            </Field>
          </div>
        ) : (
          <p>Offers that the pause withdrew are made again.</p>
        )
      }
      run={async (seen) => {
        if (acknowledges) {
          const noted = await acknowledgeFailuresAction({ campaignId: campaign.id, comment });
          if (!noted.ok) return noted;
        }
        return resumeCampaignAction({ campaignId: campaign.id, ...seen });
      }}
      onDone={onDone}
      onProblem={onProblem}
    />
  );
}
