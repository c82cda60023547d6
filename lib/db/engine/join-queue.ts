import type { Queryable } from '#lib/db/queryable.ts';
import type { FilterEcus } from './fleet-rows.ts';

type QueuedRow = {
  vin: string;
  version: string;
  type: string | null;
  hardware: string | null;
  software: string | null;
};

/** A vehicle that may join campaigns. */
export type QueuedVehicle = {
  /** Of its row: one that is queued again meanwhile has another. */
  version: string;
  ecus: FilterEcus[number][];
};

/** The vehicles that have been queued, with their ECUs, by VIN. */
export async function readJoinQueue(db: Queryable, limit: number): Promise<Map<string, QueuedVehicle>> {
  const { rows } = await db.query<QueuedRow>({
    name: 'join_queued',
    // OFFSET keeps the planner, which knows no end of a queue, from reading the ECUs of a small fleet whole for one.
    text: `SELECT q.vin, q.version, e.type, e.hardware_version AS hardware, e.software_version AS software
           FROM (SELECT vin, xmin::text AS version FROM join_queue ORDER BY vin LIMIT $1) AS q
           LEFT JOIN LATERAL (SELECT type, hardware_version, software_version FROM ecus WHERE vin = q.vin OFFSET 0) AS e
             ON true`,
    values: [limit],
  });
  const queued = new Map<string, QueuedVehicle>();
  for (const { vin, version, type, hardware, software } of rows) {
    const vehicle = queued.get(vin) ?? { version, ecus: [] };
    queued.set(vin, vehicle);
    if (type !== null && hardware !== null && software !== null)
      vehicle.ecus.push({ type, hardwareVersion: hardware, softwareVersion: software });
  }
  return queued;
}

/** Takes vehicles that were looked at off the queue; those that were queued again meanwhile stay. */
export async function leaveJoinQueue(
  db: Queryable,
  queued: ReadonlyMap<string, QueuedVehicle>,
): Promise<void> {
  await db.query({
    name: 'join_done',
    text: `DELETE FROM join_queue q USING unnest($1::text[], $2::text[]) AS u (vin, version)
           WHERE q.vin = u.vin AND q.xmin::text = u.version`,
    values: [[...queued.keys()], Array.from(queued.values(), ({ version }) => version)],
  });
}
