'use client';

import Link from 'next/link';
import { type FormEvent, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import { formatCount } from '#components/ui/format.ts';
import { Textarea } from '#components/ui/input.tsx';
import { ErrorNote, Note } from '#components/ui/notes.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { fieldError, useAction } from '#components/ui/use-action.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { withdrawReleaseAction } from '../../app/(console)/catalog/actions.ts';

type Withdrawn = Extract<Awaited<ReturnType<typeof withdrawReleaseAction>>, { ok: true }>['data'];
type WithdrawalEffect = Withdrawn['campaigns'][number];

/** Withdraws a release with a reason, and then says what is still under way; stays for that after the withdrawal. */
export function Withdraw({ release }: { release: NonNullable<ViewValue<'release'>> }) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [effects, setEffects] = useState<WithdrawalEffect[]>();
  const action = useAction(withdrawReleaseAction);
  const held = release.campaigns.filter(({ state }) => state === 'running' || state === 'paused');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const result = await action.run({ id: release.id, reason });
    if (result) setEffects(result.campaigns);
  };
  return (
    <Dialog
      title={`Withdraw ${release.ecuType} ${release.version}`}
      description="Nothing more of it is offered from that moment on. This cannot be undone."
      open={open}
      onOpenChange={setOpen}
      wide={effects !== undefined}
      {...(release.state === 'released' ? { trigger: <Button look="danger">Withdraw</Button> } : {})}
    >
      {effects ? (
        <div className="grid gap-4">
          <Note tone="done" role="status">
            It is withdrawn.
          </Note>
          <UnderWay effects={effects} />
          <DialogActions>
            <Button look="primary" onClick={() => setOpen(false)}>
              Close
            </Button>
          </DialogActions>
        </div>
      ) : (
        <form onSubmit={submit} className="grid gap-4">
          <p className="text-muted">
            {held.length === 0
              ? 'No campaign under way offers it.'
              : `Under way in: ${held.map(({ name }) => name).join(', ')}. Vehicles that have the offer already keep it until their campaign is paused or aborted.`}
          </p>
          <Field label="Reason" error={fieldError(action.error, 'reason')}>
            {(control) => (
              <Textarea
                {...control}
                rows={3}
                required
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
          {action.error && <ErrorNote>{action.error.message}</ErrorNote>}
          <DialogActions>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
            <Button type="submit" look="danger" disabled={action.busy || reason.trim().length < 3}>
              {action.busy ? 'Withdrawing …' : 'Withdraw'}
            </Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}

function UnderWay({ effects }: { effects: WithdrawalEffect[] }) {
  return (
    <PlainTable
      label="Campaigns that hold the withdrawn release"
      empty="No open campaign holds it: nothing is under way."
      columns={[
        { header: 'Campaign' },
        { header: 'Have the offer', align: 'end' },
        { header: 'Will not be offered', align: 'end' },
      ]}
      rows={effects.map((effect) => ({
        key: effect.campaignId,
        cells: [
          <Link key="name" href={`/campaigns/${effect.campaignId}`} className="text-accent hover:underline">
            {effect.name}
          </Link>,
          formatCount(effect.underWay),
          formatCount(effect.waiting),
        ],
      }))}
    />
  );
}
