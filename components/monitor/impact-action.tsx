'use client';

import { type ReactElement, useState } from 'react';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import { ErrorNote } from '#components/ui/notes.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { CLICK_BELOW, isTyped, TYPE_ABOVE, TypeName } from '#components/ui/type-name.tsx';
import { ReviewedImpact } from '#lib/domain/impact.ts';
import type { ActionError, ActionResult } from '#lib/protocol/action-result.ts';
import { previewCampaignAction } from '../../app/(console)/campaigns/actions.ts';
import { Impact } from './impact.tsx';
import type { Monitored } from './monitor-types.ts';

type ImpactActionProps = {
  campaign: Monitored;
  title: string;
  action: string;
  icon: ReactElement;
  /** Vehicles that it reaches, as far as known now. */
  reach: number;
  /** Ask in any case, e.g. because failures are to be acknowledged. */
  always?: boolean;
  /** What else must be given before it can be confirmed. */
  extra?: ReactElement;
  extraMissing?: boolean;
  run(seen: { digest: string; reviewed?: ReviewedImpact }): Promise<ActionResult<unknown>>;
  onDone(): void;
  /** Where a refusal of the one-click way is shown. */
  onProblem(message: string | undefined): void;
};

/**
 * Starts or resumes with the digest of the impact that the person saw: a click for few vehicles, a dialog with the
 * impact for more, the name to type for very many. If the impact has drifted meanwhile, it is shown and asked again.
 */
export function ImpactAction(props: ImpactActionProps) {
  const { campaign, title, action, icon, reach, always, extra, extraMissing, run, onDone, onProblem } = props;
  const [open, setOpen] = useState(false);
  const [seen, setSeen] = useState<ReviewedImpact>();
  const [drift, setDrift] = useState<string>();
  const [error, setError] = useState<string>();
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const mustType = (seen?.eligible ?? reach) > TYPE_ABOVE;
  const blocked = busy || !seen || extraMissing || (mustType && !isTyped(campaign.name, typed));

  const ask = async () => {
    setOpen(true);
    setTyped('');
    setDrift(undefined);
    setError(undefined);
    setSeen(undefined);
    const preview = await previewCampaignAction({ campaignId: campaign.id }).catch(() => undefined);
    if (preview?.ok) setSeen(preview.data.reviewed);
    else setError(preview?.error.message ?? 'The server did not answer; the impact is not known.');
  };
  const refused = (failure: ActionError): boolean => {
    const current = ReviewedImpact.safeParse(failure.details.current);
    if (failure.code !== 'impact_drifted' || !current.success) return false;
    setSeen(current.data);
    setDrift(failure.message);
    setError(undefined);
    setOpen(true);
    return true;
  };
  const send = async (carried: { digest: string; reviewed?: ReviewedImpact }) => {
    setBusy(true);
    const result = await run(carried).catch(() => undefined);
    setBusy(false);
    if (result?.ok) {
      setOpen(false);
      onDone();
      return undefined;
    }
    if (result && refused(result.error)) return undefined;
    return (
      result?.error.message ?? 'The server did not answer. Look at the state above before you try again.'
    );
  };
  const click = async () => {
    onProblem(undefined);
    if (always || reach >= CLICK_BELOW || !campaign.impactDigest) return ask();
    onProblem(await send({ digest: campaign.impactDigest }));
  };

  return (
    <>
      <Button look="primary" disabled={busy && !open} onClick={() => void click()}>
        {icon} {busy && !open ? 'Requested …' : action}
      </Button>
      <Dialog title={title} open={open} onOpenChange={setOpen}>
        <form
          className="grid gap-4"
          onSubmit={async (event) => {
            event.preventDefault();
            if (blocked || !seen) return;
            setError(undefined);
            setError(await send({ digest: seen.digest, reviewed: seen }));
          }}
        >
          {drift && <ErrorNote>{drift}</ErrorNote>}
          {seen ? <Impact impact={seen} campaign={campaign} /> : !error && <Skeleton className="h-24" />}
          {extra}
          {mustType && <TypeName name={campaign.name} value={typed} onChange={setTyped} />}
          {error && <ErrorNote>{error}</ErrorNote>}
          <DialogActions>
            <button type="button" className={buttonClass()} onClick={() => setOpen(false)}>
              Cancel
            </button>
            <Button type="submit" look="primary" disabled={blocked}>
              {busy ? 'Requested …' : drift ? `${action} with this impact` : action}
            </Button>
          </DialogActions>
        </form>
      </Dialog>
    </>
  );
}
