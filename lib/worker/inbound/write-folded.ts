import type { PoolClient } from 'pg';
import { raiseAlertByClient } from '#lib/db/engine/raise-alert.ts';
import { writeHistory, writeTimeline } from '#lib/db/ingest/write-history.ts';
import { writeEcus, writeEpochs, writeVehicleStates } from '#lib/db/ingest/write-vehicles.ts';
import { allSettled } from '#lib/db/together.ts';
import type { Folded } from './fold-batch.ts';

type FoldedVehicle = Folded extends Map<string, infer Vehicle> ? Vehicle : never;

async function alertOfReplacedTcus(client: PoolClient, all: readonly FoldedVehicle[]): Promise<void> {
  for (const { vehicle, changes } of all) {
    const replaced = changes.timeline.find(({ kind }) => kind === 'tcu_replaced');
    if (!replaced) continue;
    const { vin } = vehicle;
    const text = `The TCU of ${vin} was replaced (${replaced.detail}); offers to the vehicle are held until a person confirms it.`;
    await raiseAlertByClient(
      client,
      'tcu_replaced',
      { subject: `TCU of ${vin} replaced`, body: { text, vin } },
      replaced.at,
    );
  }
}

/** Writes what the folding of a batch came to, each table by one statement; all of them are sent in one go. */
export async function writeFolded(client: PoolClient, folded: Folded): Promise<void> {
  const all = [...folded.values()];
  await allSettled([
    ...(['report', 'all'] as const).map((extent) =>
      writeVehicleStates(
        client,
        all.flatMap(({ vehicle, written }) => (written === extent ? [vehicle] : [])),
        extent,
      ),
    ),
    writeEcus(
      client,
      all.flatMap(({ vehicle, changes }) =>
        [...changes.dirtyEcus].flatMap(([ecuId, extent]) => {
          const ecu = vehicle.ecus.get(ecuId);
          return ecu ? [{ vin: vehicle.vin, ecu, extent }] : [];
        }),
      ),
    ),
    writeHistory(
      client,
      all.flatMap(({ changes }) => changes.history),
    ),
    writeEpochs(
      client,
      all.flatMap(({ vehicle, changes }) =>
        changes.openedEpochs.map((epoch) => ({ vin: vehicle.vin, ...epoch })),
      ),
    ),
    writeTimeline(
      client,
      all.flatMap(({ changes }) => changes.timeline),
    ),
    alertOfReplacedTcus(client, all),
  ]);
}
