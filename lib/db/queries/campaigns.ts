import type { Pool } from 'pg';
import { readCounters, type StateCount } from './counters.ts';
import { decodeCursor, pageOf } from './keyset.ts';

export type CampaignRow = {
  id: string;
  name: string;
  state: string;
  kind: string;
  delivery: string;
  qos: number;
  priority: number;
  parentId: string | null;
  createdAt: Date;
  createdByName: string;
  updatedAt: Date;
  startAt: Date | null;
  endAt: Date | null;
  startedAt: Date | null;
  pausedAt: Date | null;
  pauseCause: unknown;
  finishedAt: Date | null;
  planState: string;
  plannedCount: number;
  targetCount: number | null;
  releases: { id: string; ecuType: string; version: string; state: string }[];
  counts: StateCount[];
};

export type CampaignQuery = {
  states?: readonly string[] | undefined;
  releaseId?: string | undefined;
  name?: string | undefined;
  cursor?: string | undefined;
  limit: number;
};

const ROW = `c.id, c.name, c.state, c.kind, c.delivery, c.qos, c.priority, c.parent_id AS "parentId",
  c.created_at AS "createdAt", c.created_by_name AS "createdByName", c.updated_at AS "updatedAt",
  c.start_at AS "startAt", c.end_at AS "endAt", c.started_at AS "startedAt", c.paused_at AS "pausedAt",
  c.pause_cause AS "pauseCause", c.finished_at AS "finishedAt", c.plan_state AS "planState",
  c.planned_count AS "plannedCount", c.target_count AS "targetCount",
  coalesce((SELECT jsonb_agg(jsonb_build_object('id', r.id, 'ecuType', r.ecu_type, 'version', r.version,
                                                'state', r.state) ORDER BY cr.position)
            FROM campaign_releases cr JOIN releases r ON r.id = cr.release_id
            WHERE cr.campaign_id = c.id), '[]') AS releases`;

/** Campaigns with their counters, the newest first. */
export async function listCampaignRows(
  pool: Pool,
  { states, releaseId, name, cursor, limit }: CampaignQuery,
): Promise<{ rows: CampaignRow[]; next: string | null }> {
  const [at, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, 'instant', 'text');
  const { rows } = await pool.query<Omit<CampaignRow, 'counts'>>(
    `SELECT ${ROW} FROM campaigns c
     WHERE ($1::text[] IS NULL OR c.state = ANY ($1))
       AND ($2::text IS NULL OR EXISTS (SELECT 1 FROM campaign_releases cr
                                        WHERE cr.campaign_id = c.id AND cr.release_id = $2))
       AND ($3::text IS NULL OR position(lower($3) IN lower(c.name)) > 0)
       AND ($4::timestamptz IS NULL OR (c.created_at, c.id) < ($4, $5::text))
     ORDER BY c.created_at DESC, c.id DESC LIMIT $6`,
    [states ?? null, releaseId ?? null, name ?? null, at, id, limit + 1],
  );
  const page = pageOf(rows, limit, (row) => [row.createdAt.toISOString(), row.id]);
  return { rows: await withCounts(pool, page.rows), next: page.next };
}

/** One campaign with its counters; null where there is none. */
export async function readCampaignRow(pool: Pool, id: string): Promise<CampaignRow | null> {
  const { rows } = await pool.query<Omit<CampaignRow, 'counts'>>(
    `SELECT ${ROW} FROM campaigns c WHERE c.id = $1`,
    [id],
  );
  return (await withCounts(pool, rows))[0] ?? null;
}

async function withCounts(pool: Pool, rows: readonly Omit<CampaignRow, 'counts'>[]): Promise<CampaignRow[]> {
  const counters = await readCounters(
    pool,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...row, counts: counters.get(row.id) ?? [] }));
}
