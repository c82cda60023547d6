'use client';

import { useState } from 'react';
import { CredentialNote } from '#components/fleet/credential-note.tsx';
import { emptyVehicle, fieldsOf, VehicleForm } from '#components/fleet/vehicle-form.tsx';
import { Button, ButtonLink } from '#components/ui/button.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import { formatCount } from '#components/ui/format.ts';
import { ErrorNote, Note } from '#components/ui/notes.tsx';
import { useAction } from '#components/ui/use-action.ts';
import { registerAndReplayAction } from '../../app/(console)/quarantine/actions.ts';

type Done = { vin: string; credential: string; stored: number; refused: string[]; failure: string | null };

/**
 * Registers an unknown VIN, shows its credential once, and stores what it has sent so far. It stands outside of the
 * list, whose row goes away as soon as it is replayed.
 */
export function RegisterAndReplay({ vin, onClose }: { vin: string; onClose(): void }) {
  const [entry, setEntry] = useState({ ...emptyVehicle, vin });
  const [done, setDone] = useState<Done>();
  const action = useAction(registerAndReplayAction);
  const submit = async () => {
    const result = await action.run(fieldsOf(entry));
    if (!result) return;
    setDone({
      vin: result.vin,
      credential: result.credential,
      stored: result.replays.reduce((sum, { stored }) => sum + stored, 0),
      refused: result.replays.flatMap(({ refused }) => refused.map(({ detail }) => detail)),
      failure: result.replayFailure,
    });
  };
  return (
    <Dialog
      title={done ? 'Vehicle registered' : `Register ${vin} and replay`}
      {...(done ? {} : { description: 'What it has sent so far is stored as soon as it is registered.' })}
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      {done ? (
        <div className="grid gap-3">
          <CredentialNote vin={done.vin} credential={done.credential} />
          <Note tone={done.refused.length === 0 ? 'done' : 'warning'} role="status">
            {formatCount(done.stored)} {done.stored === 1 ? 'message' : 'messages'} stored
            {done.refused.length > 0 &&
              `, ${formatCount(done.refused.length)} refused again: ${done.refused[0]}`}
            .
          </Note>
          {done.failure && (
            <ErrorNote>
              The vehicle is registered, but not all of its messages could be replayed: {done.failure}. They
              are kept; replay them once more from their row.
            </ErrorNote>
          )}
          <DialogActions>
            <ButtonLink href={`/fleet/${done.vin}`}>Open the vehicle</ButtonLink>
            <Button look="primary" onClick={onClose}>
              Done
            </Button>
          </DialogActions>
        </div>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <VehicleForm entry={entry} onChange={setEntry} error={action.error} fixedVin />
          {action.error && <ErrorNote className="mt-4">{action.error.message}</ErrorNote>}
          <DialogActions>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" look="primary" disabled={action.busy}>
              {action.busy ? 'Registering …' : 'Register and replay'}
            </Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}
