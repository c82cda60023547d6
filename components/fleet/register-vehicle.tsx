'use client';

import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Button, ButtonLink, buttonClass } from '#components/ui/button.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import { ErrorNote } from '#components/ui/notes.tsx';
import { useAction } from '#components/ui/use-action.ts';
import { registerVehicleAction } from '../../app/(console)/fleet/actions.ts';
import { CredentialNote } from './credential-note.tsx';
import { emptyVehicle, fieldsOf, VehicleForm } from './vehicle-form.tsx';

/** Registers one vehicle and shows its credential once. */
export function RegisterVehicle() {
  const [open, setOpen] = useState(false);
  const [entry, setEntry] = useState(emptyVehicle);
  const [done, setDone] = useState<{ vin: string; credential: string }>();
  const action = useAction(registerVehicleAction);
  const change = (next: boolean) => {
    setOpen(next);
    if (next) return;
    if (done) setEntry(emptyVehicle);
    setDone(undefined);
    action.clear();
  };
  const submit = async () => setDone(await action.run(fieldsOf(entry)));
  return (
    <Dialog
      title={done ? 'Vehicle registered' : 'Register a vehicle'}
      open={open}
      onOpenChange={change}
      trigger={
        <button type="button" className={buttonClass({ look: 'primary' })}>
          <Plus aria-hidden /> Register vehicle
        </button>
      }
    >
      {done ? (
        <>
          <CredentialNote vin={done.vin} credential={done.credential} />
          <DialogActions>
            <ButtonLink href={`/fleet/${done.vin}`}>Open the vehicle</ButtonLink>
            <Button look="primary" onClick={() => change(false)}>
              Done
            </Button>
          </DialogActions>
        </>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <VehicleForm entry={entry} onChange={setEntry} error={action.error} />
          {action.error && <ErrorNote className="mt-4">{action.error.message}</ErrorNote>}
          <DialogActions>
            <Button type="submit" look="primary" disabled={action.busy}>
              {action.busy ? 'Registering …' : 'Register'}
            </Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}
