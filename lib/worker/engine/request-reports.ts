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

/** A vehicle whose word alone says that it has the update is asked for its proof this often. */
const UNPROVEN_MS = 3_600_000;
const BATCH = 1_000;

/** Asks again for reports that have to prove an “already installed”, of vehicles that are online. */
export async function requestProofs(deps: EngineDeps, campaignId: string, now: Date): Promise<void> {
  const { rows } = await deps.db.pool.query<{ vin: string }>(
    `SELECT a.vin FROM assignments a JOIN vehicle_states s ON s.vin = a.vin AND s.online
     WHERE a.campaign_id = $1 AND a.state = 'already_installed' AND a.provisional
       AND (s.report_requested_at IS NULL OR s.report_requested_at < $2) LIMIT ${BATCH}`,
    [campaignId, new Date(now.getTime() - UNPROVEN_MS)],
  );
  await requestReports(
    deps,
    rows.map(({ vin }) => vin),
    now,
  );
}
