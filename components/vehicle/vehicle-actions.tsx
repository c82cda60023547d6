'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { CredentialNote } from '#components/fleet/credential-note.tsx';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import {
  eraseVehicleAction,
  retireVehicleAction,
  rotateCredentialAction,
} from '../../app/(console)/fleet/[vin]/actions.ts';
import { EditVehicle } from './edit-vehicle.tsx';
import type { May } from './vehicle-header.tsx';
import type { VehicleData } from './vehicle-screen.tsx';

/** What may be done with a vehicle, by role and by its state. */
export function VehicleActions({ data: { vehicle }, may }: { data: VehicleData; may: May }) {
  const { vin } = vehicle;
  if (vehicle.erasedAt) return null;
  if (vehicle.retiredAt) return may.erase ? <Erase vin={vin} /> : null;
  return (
    <>
      {may.edit && <EditVehicle vehicle={vehicle} />}
      {may.rotate && <Rotate vin={vin} />}
      {may.retire && (
        <Confirm
          danger
          trigger={<Button look="danger">Retire</Button>}
          title={`Retire ${vin}?`}
          action="Retire"
          onConfirm={async () => {
            const result = await retireVehicleAction({ vin });
            return result.ok ? undefined : result.error.message;
          }}
        >
          <p>
            Its credential is revoked at once and its connection closed. Campaigns leave it out from now on.
          </p>
          <p>Its history stays, until an administrator erases it. Registering it again brings it back.</p>
        </Confirm>
      )}
    </>
  );
}

function Rotate({ vin }: { vin: string }) {
  const [credential, setCredential] = useState<string>();
  return (
    <>
      <Confirm
        trigger={<Button>Rotate credential</Button>}
        title="Issue a new credential?"
        action="Issue"
        onConfirm={async () => {
          const result = await rotateCredentialAction({ vin });
          if (!result.ok) return result.error.message;
          setCredential(result.data.credential);
          return undefined;
        }}
      >
        <p>The old one is refused at once: the vehicle is away until its TCU has the new one.</p>
      </Confirm>
      <Dialog
        title="New credential"
        open={credential !== undefined}
        onOpenChange={() => setCredential(undefined)}
      >
        {credential && <CredentialNote vin={vin} credential={credential} />}
        <DialogActions>
          <Button look="primary" onClick={() => setCredential(undefined)}>
            Done
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}

function Erase({ vin }: { vin: string }) {
  const router = useRouter();
  return (
    <Confirm
      danger
      trigger={<Button look="danger">Erase personal data</Button>}
      title="Erase this vehicle's personal data for good?"
      action="Erase"
      typeName={vin}
      onConfirm={async () => {
        const result = await eraseVehicleAction({ vin });
        if (!result.ok) return result.error.message;
        router.push('/fleet?retired=true');
        return undefined;
      }}
    >
      <p>
        VIN, serials, tags, raw messages and signed documents go; figures stay under a random pseudonym. This
        cannot be undone.
      </p>
    </Confirm>
  );
}
