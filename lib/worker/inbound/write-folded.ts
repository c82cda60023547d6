import type { PoolClient } from 'pg';
import { writeHistory, writeTimeline } from '#lib/db/ingest/write-history.ts';
import { writeEcus, writeEpochs, writeVehicleStates } from '#lib/db/ingest/write-vehicles.ts';
import type { Folded } from './ingest-batch.ts';

/** Writes what the folding of a batch came to, each table by one statement. */
export async function writeFolded(client: PoolClient, folded: Folded): Promise<void> {
  const all = [...folded.values()];
  await writeVehicleStates(
    client,
    all.flatMap(({ vehicle, written }) => (written ? [vehicle] : [])),
  );
  await writeEcus(
    client,
    all.flatMap(({ vehicle, changes }) =>
      [...changes.dirtyEcus].sort().flatMap((ecuId) => {
        const ecu = vehicle.ecus.get(ecuId);
        return ecu ? [{ vin: vehicle.vin, ecu }] : [];
      }),
    ),
  );
  await writeHistory(
    client,
    all.flatMap(({ changes }) => changes.history),
  );
  await writeEpochs(
    client,
    all.flatMap(({ vehicle, changes }) =>
      changes.openedEpochs.map((epoch) => ({ vin: vehicle.vin, ...epoch })),
    ),
  );
  await writeTimeline(
    client,
    all.flatMap(({ changes }) => changes.timeline),
  );
}
