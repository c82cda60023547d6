'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { ErrorNote, Note } from '#components/ui/notes.tsx';
import type { ActionError } from '#lib/protocol/action-result.ts';
import { startCampaignAction, submitCampaignAction } from '../../../app/(console)/campaigns/actions.ts';
import { ImpactConfirm } from '../impact-confirm.tsx';
import type { ImpactPreview } from '../preview.ts';
import { PreviewedVehicles } from '../previewed-vehicles.tsx';
import type { StepProps } from './step-props.ts';
import { problemsOf } from './steps.ts';

type Props = Pick<StepProps, 'definition' | 'impact'> & {
  canStart: boolean;
  flush(): Promise<string | undefined>;
};

type Way = 'start' | 'submit';

/** Start, schedule or submit with the impact that is on the screen; on drift it says what drifted and asks again. */
export function Launch({ definition, impact, canStart, flush }: Props) {
  const router = useRouter();
  const [busy, setBusy] = useState<Way>();
  const [error, setError] = useState<ActionError>();
  const { data } = impact;
  const ready = data !== undefined && !impact.stale && problemsOf(definition, data).length === 0;

  const send = async (way: Way, seen: ImpactPreview): Promise<string | undefined> => {
    setBusy(way);
    setError(undefined);
    const { failure, campaignId } = await attempt(way, seen);
    if (!failure) {
      // Busy until the other page is there: what was begun is not begun twice.
      router.push(`/campaigns/${campaignId}`);
      return undefined;
    }
    setError(failure);
    // Nobody confirms once more before the new figures are on the page.
    if (failure.code === 'impact_drifted') await impact.again();
    setBusy(undefined);
    return failure.message;
  };
  const attempt = async (
    way: Way,
    seen: ImpactPreview,
  ): Promise<{ campaignId?: string; failure?: ActionError }> => {
    const refused = (code: string, message: string) => ({ failure: { code, message, details: {} } });
    const campaignId = await flush();
    if (campaignId === undefined)
      return refused('unsaved', 'The draft could not be saved first; nothing was begun.');
    const action = way === 'start' ? startCampaignAction : submitCampaignAction;
    const result = await action({ campaignId, digest: seen.digest, reviewed: seen.reviewed }).catch(
      () => undefined,
    );
    if (!result) {
      return refused(
        'no_answer',
        'The server did not answer. Open the campaign to see whether it was begun.',
      );
    }
    return result.ok ? { campaignId } : { failure: result.error };
  };

  const later =
    definition.schedule.startAt !== undefined && definition.schedule.startAt > new Date().toISOString();
  const approvals = definition.requiredApprovals;
  const button = (way: Way, label: string, look: 'primary' | 'default') => (
    <ImpactConfirm
      vehicles={data?.eligible ?? 0}
      campaignName={definition.name.trim()}
      label={label}
      look={look}
      title={`${label} “${definition.name.trim()}”?`}
      busy={busy === way}
      disabled={!ready || busy !== undefined}
      onConfirm={async () => (data ? send(way, data) : undefined)}
    >
      <p>
        <PreviewedVehicles
          part={{ kind: 'verdict', verdict: 'eligible' }}
          name="Eligible"
          count={data?.eligible ?? 0}
          campaignId={undefined}
          definition={definition}
        />{' '}
        {way === 'start'
          ? 'vehicles are eligible. Planning begins at once, then the first wave is offered the update.'
          : 'vehicles are eligible now.'}
      </p>
      {data && data.overlaps.length > 0 && (
        <p>
          {data.overlaps.length === 1 ? 'One campaign wants' : `${data.overlaps.length} campaigns want`} the
          same ECUs.
        </p>
      )}
    </ImpactConfirm>
  );

  return (
    <div className="grid gap-3">
      {error?.code === 'impact_drifted' ? (
        <Drift
          error={error}
          reading={busy !== undefined || impact.stale}
          onDone={() => setError(undefined)}
        />
      ) : (
        error && <ErrorNote>{error.message}</ErrorNote>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        {approvals > 0 ? (
          button('submit', 'Submit for approval', 'primary')
        ) : (
          <>
            {later && button('submit', 'Schedule', 'primary')}
            {canStart &&
              button('start', later ? 'Start now' : 'Start campaign', later ? 'default' : 'primary')}
          </>
        )}
      </div>
      {approvals === 0 && !canStart && !later && (
        <p className="text-right text-muted">Your role may not start campaigns.</p>
      )}
    </div>
  );
}

/** What is not as it was reviewed. */
export function Drift({
  error,
  reading,
  onDone,
}: {
  error: ActionError;
  /** The present figures are not there yet. */
  reading: boolean;
  onDone?(): void;
}) {
  const sentences = Array.isArray(error.details.sentences) ? error.details.sentences.map(String) : [];
  return (
    <Note tone="warning" role="alert">
      <p className="font-medium">The impact changed since you reviewed it. Nothing was begun.</p>
      <ul className="mt-1 list-inside list-disc">
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <p className="mt-1">
        {reading
          ? 'The present figures are being read.'
          : 'The figures on this page are the present ones: look at them, then confirm again.'}
      </p>
      {onDone && !reading && (
        <Button size="small" className="mt-2" onClick={onDone}>
          I have looked
        </Button>
      )}
    </Note>
  );
}
