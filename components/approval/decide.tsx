'use client';

import { useState } from 'react';
import { ImpactConfirm } from '#components/campaign/impact-confirm.tsx';
import type { ImpactPreview } from '#components/campaign/preview.ts';
import { Drift } from '#components/campaign/wizard/launch.tsx';
import type { Preview } from '#components/campaign/wizard/use-preview.ts';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { formatCount } from '#components/ui/format.ts';
import { Textarea } from '#components/ui/input.tsx';
import { ErrorNote, Note } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { approverRefusal } from '#lib/domain/approval.ts';
import type { ViewValue } from '#lib/live/views.ts';
import type { ActionError } from '#lib/protocol/action-result.ts';
import { approveCampaignAction, denyCampaignAction } from '../../app/(console)/approvals/actions.ts';

type Props = {
  request: NonNullable<ViewValue<'approval'>>;
  impact: Preview<ImpactPreview>;
  userId: string;
  canApprove: boolean;
};

/** Approve or deny with a comment; says why where one may not. */
export function Decide({ request, impact, userId, canApprove }: Props) {
  const [comment, setComment] = useState('');
  const [busy, setBusy] = useState<'approve' | 'deny'>();
  const [error, setError] = useState<ActionError>();
  const [done, setDone] = useState<string>();
  const { data } = impact;
  const refusal = whyNot(request, userId, canApprove, data?.digest);
  const ready = data !== undefined && !impact.stale && comment.trim() !== '';

  const decide = async (decision: 'approve' | 'deny'): Promise<string | undefined> => {
    if (!data) return undefined;
    setBusy(decision);
    setError(undefined);
    const action = decision === 'approve' ? approveCampaignAction : denyCampaignAction;
    const input = { campaignId: request.id, digest: data.digest, reviewed: data.reviewed, comment };
    const result = await action(input).catch(() => undefined);
    if (result?.ok) {
      setBusy(undefined);
      setDone(decision === 'approve' ? 'Your approval is recorded.' : 'It is denied and a draft again.');
      setComment('');
      return undefined;
    }
    const failure = result?.error ?? {
      code: 'no_answer',
      message:
        'The server did not answer. Your comment is kept; look at the decisions above before trying again.',
      details: {},
    };
    setError(failure);
    // Nobody confirms once more before the new figures are on the page.
    if (failure.code === 'impact_drifted') await impact.again();
    setBusy(undefined);
    return failure.message;
  };

  return (
    <Panel title="Your decision">
      <div className="grid gap-4">
        {done && (
          <Note tone="done" role="status">
            {done}
          </Note>
        )}
        {refusal ? (
          !done && <p className="text-muted">{refusal}</p>
        ) : (
          <>
            <Field label="Comment" hint="Needed for both. It stays in the audit log and the author reads it.">
              {(control) => (
                <Textarea
                  {...control}
                  rows={3}
                  maxLength={2000}
                  required
                  readOnly={busy !== undefined}
                  value={comment}
                  onChange={(event) => setComment(event.target.value)}
                />
              )}
            </Field>
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
              <Button
                look="danger"
                disabled={!ready || busy !== undefined}
                onClick={() => void decide('deny')}
              >
                {busy === 'deny' ? 'Denying …' : 'Deny'}
              </Button>
              <ImpactConfirm
                vehicles={data?.eligible ?? 0}
                campaignName={request.name}
                label="Approve"
                title={`Approve “${request.name}”?`}
                busy={busy === 'approve'}
                disabled={!ready || busy !== undefined}
                onConfirm={() => decide('approve')}
              >
                <p>{formatCount(data?.eligible ?? 0)} vehicles would be offered the update.</p>
              </ImpactConfirm>
            </div>
          </>
        )}
      </div>
    </Panel>
  );
}

function whyNot(
  request: Props['request'],
  userId: string,
  canApprove: boolean,
  digest: string | undefined,
): string | undefined {
  const refusal = approverRefusal({ ...request, digest: digest ?? request.impactDigest ?? '' }, userId);
  if (request.state !== 'awaiting_approval') {
    return `It awaits no approval: it is ${request.state.replaceAll('_', ' ')}.`;
  }
  if (refusal === 'own_campaign') {
    return 'You made, changed or submitted this campaign. Nobody approves their own; someone else must decide.';
  }
  if (!canApprove) return 'Your role may not approve campaigns.';
  return refusal === 'already_approved' ? 'You have approved it. It waits for other approvers.' : undefined;
}
