import type { Pool } from 'pg';
import type { Queryable } from '#lib/db/queryable.ts';
import { decodeCursor, pageOf } from './keyset.ts';

export type TimelineRow = {
  id: string;
  at: Date;
  kind: string;
  campaignId: string | null;
  campaignName: string | null;
  attempt: number | null;
  phase: string | null;
  ecuId: string | null;
  code: string | null;
  detail: string | null;
  fromState: string | null;
  toState: string | null;
  latencyMs: number | null;
  epoch: number | null;
  sequence: string | null;
  data: unknown;
};

export type VersionRow = {
  id: string;
  ecuId: string;
  type: string;
  hardwareVersion: string;
  softwareVersion: string;
  serial: string | null;
  state: string;
  epoch: number;
  sequence: string;
  at: Date;
};

export type TcuEpochRow = {
  epoch: number;
  serial: string;
  openedAt: Date;
  confirmedAt: Date | null;
  confirmedBy: string | null;
};

export type HistoryPage = { cursor?: string | undefined; limit: number };

/** A vehicle's timeline, newest first; of one campaign where one is named. */
export async function readTimeline(
  db: Queryable,
  vin: string,
  { cursor, limit, campaignId }: HistoryPage & { campaignId?: string | undefined },
): Promise<{ rows: TimelineRow[]; next: string | null }> {
  const before = cursor === undefined ? null : String(decodeCursor(cursor, 'bigint')[0]);
  const { rows } = await db.query<TimelineRow>({
    // Further pages are planned for their cursor, or they would be searched for from the newest.
    ...(before === null && campaignId === undefined && { name: 'vehicle_timeline' }),
    text: `SELECT t.id::text, t.at, t.kind, t.campaign_id AS "campaignId", c.name AS "campaignName", t.attempt, t.phase,
              t.ecu_id AS "ecuId", t.code, t.detail, t.from_state AS "fromState", t.to_state AS "toState",
              t.latency_ms AS "latencyMs", t.epoch, t.sequence::text, t.data
       FROM timeline_events t LEFT JOIN campaigns c ON c.id = t.campaign_id
       WHERE t.vin = $1 AND ($2::bigint IS NULL OR t.id < $2) AND ($3::text IS NULL OR t.campaign_id = $3)
       ORDER BY t.id DESC LIMIT $4`,
    values: [vin, before, campaignId ?? null, limit + 1],
  });
  return pageOf(rows, limit, (row) => [row.id]);
}

/** What ran on a vehicle's ECUs, newest first; of one ECU where one is named. */
export async function readVersionHistory(
  db: Queryable,
  vin: string,
  { cursor, limit, ecuId }: HistoryPage & { ecuId?: string | undefined },
): Promise<{ rows: VersionRow[]; next: string | null }> {
  const [at, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, 'instant', 'bigint');
  const { rows } = await db.query<VersionRow>({
    name: 'vehicle_history',
    text: `SELECT id::text, ecu_id AS "ecuId", type, hardware_version AS "hardwareVersion",
              software_version AS "softwareVersion", serial, state, epoch, sequence::text, at
       FROM ecu_versions e
       WHERE vin = $1 AND ($2::text IS NULL OR ecu_id = $2)
         AND ($3::timestamptz IS NULL OR (e.at, e.id) < ($3, $4::bigint))
       ORDER BY e.at DESC, e.id DESC LIMIT $5`,
    values: [vin, ecuId ?? null, at, id, limit + 1],
  });
  return pageOf(rows, limit, (row) => [row.at.toISOString(), row.id]);
}

/** What ran on each of a vehicle's ECUs at an instant; an ECU that was first reported later is absent. */
export async function readVersionsAt(pool: Pool, vin: string, at: Date): Promise<VersionRow[]> {
  const { rows } = await pool.query<VersionRow>(
    `SELECT DISTINCT ON (e.ecu_id) id::text, ecu_id AS "ecuId", type, hardware_version AS "hardwareVersion",
            software_version AS "softwareVersion", serial, state, epoch, sequence::text, at
     FROM ecu_versions e WHERE vin = $1 AND at <= $2
     ORDER BY e.ecu_id, e.at DESC, e.id DESC`,
    [vin, at],
  );
  return rows;
}

/** The TCUs that spoke for a vehicle, the present one first. */
export async function readTcuEpochs(db: Queryable, vin: string): Promise<TcuEpochRow[]> {
  const { rows } = await db.query<TcuEpochRow>({
    name: 'vehicle_tcus',
    text: `SELECT epoch, serial, opened_at AS "openedAt", confirmed_at AS "confirmedAt", confirmed_by AS "confirmedBy"
       FROM tcu_epochs WHERE vin = $1 ORDER BY epoch DESC`,
    values: [vin],
  });
  return rows;
}
