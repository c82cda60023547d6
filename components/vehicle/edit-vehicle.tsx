'use client';

import { useState } from 'react';
import { fieldsOf, type VehicleEntry, VehicleForm } from '#components/fleet/vehicle-form.tsx';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import { ErrorNote } from '#components/ui/notes.tsx';
import { useAction } from '#components/ui/use-action.ts';
import { editVehicleAction } from '../../app/(console)/fleet/[vin]/actions.ts';
import type { VehicleData } from './vehicle-screen.tsx';

/** Changes the master data; what was typed stays until it is accepted. */
export function EditVehicle({ vehicle }: { vehicle: VehicleData['vehicle'] }) {
  const [open, setOpen] = useState(false);
  const [entry, setEntry] = useState<VehicleEntry>(entryOf(vehicle));
  const action = useAction(editVehicleAction);
  const change = (next: boolean) => {
    if (next) setEntry(entryOf(vehicle));
    action.clear();
    setOpen(next);
  };
  const submit = async () => {
    if (await action.run(fieldsOf(entry))) change(false);
  };
  return (
    <Dialog
      title="Edit the vehicle"
      open={open}
      onOpenChange={change}
      trigger={
        <button type="button" className={buttonClass()}>
          Edit
        </button>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <VehicleForm entry={entry} onChange={setEntry} error={action.error} fixedVin />
        {action.error && <ErrorNote className="mt-4">{action.error.message}</ErrorNote>}
        <DialogActions>
          <Button type="submit" look="primary" disabled={action.busy}>
            {action.busy ? 'Saving …' : 'Save'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function entryOf(vehicle: VehicleData['vehicle']): VehicleEntry {
  const { vin, model, modelYear, region, timeZone, tags, skilledPersonOnly } = vehicle;
  return {
    vin,
    model,
    modelYear: String(modelYear),
    region,
    timeZone,
    tags: tags.join(', '),
    skilledPersonOnly,
  };
}
