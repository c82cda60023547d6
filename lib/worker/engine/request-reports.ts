import type { OtaControl } from '#lib/protocol/ota-control.ts';
import { PROTOCOL_VERSION } from '#lib/protocol/primitives.ts';
import { vehicleTopic } from '#lib/protocol/topics.ts';
import type { EngineDeps } from './deps.ts';

/** A vehicle is asked at most this often. */
const INTERVAL_MS = 60_000;

/** Asks vehicles that are online for a full report, each once a minute at most; a lost request costs a minute. */
export async function requestReports(deps: EngineDeps, vins: readonly string[], now: Date): Promise<void> {
  if (vins.length === 0) return;
  const { rows } = await deps.db.pool.query<{ vin: string }>(
    `UPDATE vehicle_states s SET report_requested_at = $2
     FROM (SELECT vin FROM vehicle_states WHERE vin = ANY($1) AND online
             AND (report_requested_at IS NULL OR report_requested_at < $3) ORDER BY vin FOR UPDATE SKIP LOCKED) AS w
     WHERE s.vin = w.vin RETURNING s.vin`,
    [vins, now, new Date(now.getTime() - INTERVAL_MS)],
  );
  const message: OtaControl = { v: PROTOCOL_VERSION, kind: 'report' };
  await Promise.all(
    rows.map(({ vin }) =>
      deps
        .publish(vehicleTopic(deps.topics, 'otaControl', vin), JSON.stringify(message), { qos: 1 })
        .catch((error: unknown) => deps.log.debug({ err: error, vin }, 'a report could not be asked for')),
    ),
  );
}
