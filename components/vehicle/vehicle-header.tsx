'use client';

import { CopyText } from '#components/ui/mono.tsx';
import { Note } from '#components/ui/notes.tsx';
import { PageHeader } from '#components/ui/panel.tsx';
import { Badge, Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { VehicleActions } from './vehicle-actions.tsx';
import { ClearBlock, ConfirmEcuSwap, ConfirmTcu } from './vehicle-holds.tsx';
import type { VehicleData } from './vehicle-screen.tsx';
import { Walk } from './walk.tsx';

export type May = Record<
  'edit' | 'retire' | 'rotate' | 'confirmTcu' | 'confirmEcu' | 'unblock' | 'erase' | 'register' | 'offer',
  boolean
>;

/** Which vehicle this is, how it is, what holds it, and what can be done with it. */
export function VehicleHeader({ data, from, may }: { data: VehicleData; from: string; may: May }) {
  const { vehicle } = data;
  const swapped = data.ecus.filter((ecu) => ecu.swappedAt !== null).map(({ ecuId }) => ecuId);
  return (
    <>
      <PageHeader
        title={<CopyText text={vehicle.vin} label="VIN" />}
        actions={
          <>
            <Walk vin={vehicle.vin} from={from} />
            <VehicleActions data={data} may={may} />
          </>
        }
      >
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span>
            {vehicle.model}, {vehicle.modelYear}, {vehicle.region}
          </span>
          {vehicle.retiredAt ? (
            <Status tone="offline">Retired</Status>
          ) : vehicle.online ? (
            <Status tone="done">Online</Status>
          ) : (
            <Status tone="offline">Offline</Status>
          )}
          {vehicle.skilledPersonOnly && <Badge>skilled person only</Badge>}
        </span>
      </PageHeader>
      {vehicle.tcuReplacedAt && !vehicle.retiredAt && (
        <Note tone="warning">
          <p className="font-medium">
            The TCU was replaced <Time at={vehicle.tcuReplacedAt} />; offers are held until a person confirms
            it.
          </p>
          <p className="text-muted">
            The new one has the serial {vehicle.tcuSerial ?? 'unknown'}. Messages of the old one go to
            quarantine.
          </p>
          {may.confirmTcu && <ConfirmTcu vin={vehicle.vin} serial={vehicle.tcuSerial} />}
        </Note>
      )}
      {swapped.length > 0 && !vehicle.retiredAt && (
        <Note tone="warning">
          <p className="font-medium">
            Exchanged: {swapped.join(', ')}. Updates of {swapped.length === 1 ? 'this ECU' : 'these ECUs'} are
            held until a person confirms it.
          </p>
          <p className="text-muted">The serial or the hardware version is not the one reported before.</p>
          {may.confirmEcu && <ConfirmEcuSwap vin={vehicle.vin} ecuIds={swapped} />}
        </Note>
      )}
      {vehicle.blockedAt && (
        <Note tone="failed">
          <p className="font-medium">
            Blocked <Time at={vehicle.blockedAt} />: a rollback failed and left{' '}
            {vehicle.partialEcus.join(', ') || 'ECUs'} neither old nor new.
          </p>
          <p className="text-muted">
            Nothing is offered to this vehicle until a person has put it right and clears it.
          </p>
          {may.unblock && <ClearBlock vin={vehicle.vin} />}
        </Note>
      )}
      {!vehicle.complete && (
        <Note tone="warning">
          This vehicle registered itself. It is left out of campaigns until its master data is completed
          (Edit).
        </Note>
      )}
    </>
  );
}
