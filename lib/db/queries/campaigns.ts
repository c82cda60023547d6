import type { Pool, PoolClient } from 'pg';
import { z } from 'zod';
import { together } from '#lib/db/together.ts';
import { CampaignState } from '../../domain/states.ts';
import { readCounters, type StateCount } from './counters.ts';
import { type CursorPart, decodeCursor, encodeCursor, pageOf } from './keyset.ts';

/** Columns in whose order campaigns can be paged; each is served by an index together with the id. */
export const CampaignSort = z.enum(['created', 'name', 'begun', 'priority']);
export type CampaignSort = z.infer<typeof CampaignSort>;

/** Which campaigns. */
export const CampaignSelection = z.object({
  states: z.array(CampaignState).max(CampaignState.options.length).default([]),
  /** Only those that offer this release. */
  releaseId: z.string().max(100).optional(),
  /** Only those that this person made. */
  createdBy: z.string().max(100).optional(),
  /** A part of the name, whatever its case. */
  name: z.string().max(200).optional(),
});
export type CampaignSelection = z.infer<typeof CampaignSelection>;

export const CampaignQuery = CampaignSelection.extend({
  sort: CampaignSort.default('created'),
  descending: z.boolean().default(true),
  cursor: z.string().max(500).optional(),
  limit: z.int().min(1).max(1_000).default(100),
});
export type CampaignQuery = z.infer<typeof CampaignQuery>;

export type CampaignRow = {
  id: string;
  name: string;
  state: CampaignState;
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

const ROW = `c.id, c.name, c.state, c.kind, c.delivery, c.qos, c.priority, c.parent_id AS "parentId",
  c.created_at AS "createdAt", c.created_by_name AS "createdByName", c.updated_at AS "updatedAt",
  c.start_at AS "startAt", c.end_at AS "endAt", c.started_at AS "startedAt", c.paused_at AS "pausedAt",
  c.pause_cause AS "pauseCause", c.finished_at AS "finishedAt", c.plan_state AS "planState",
  c.planned_count AS "plannedCount", c.target_count AS "targetCount",
  coalesce((SELECT jsonb_agg(jsonb_build_object('id', r.id, 'ecuType', r.ecu_type, 'version', r.version,
                                                'state', r.state) ORDER BY cr.position)
            FROM campaign_releases cr JOIN releases r ON r.id = cr.release_id
            WHERE cr.campaign_id = c.id), '[]') AS releases`;

type StoredRow = Omit<CampaignRow, 'counts'>;

/** What has not begun stands at the old end; the expression is that of its index. */
const BEGUN = "coalesce(c.started_at, '1970-01-01 00:00:00+00'::timestamptz)";
const SORT_COLUMNS: Record<
  CampaignSort,
  { column: string; type: CursorPart; cast: string; key: (row: StoredRow) => string | number }
> = {
  created: {
    column: 'c.created_at',
    type: 'instant',
    cast: 'timestamptz',
    key: (row) => row.createdAt.toISOString(),
  },
  name: { column: 'c.name', type: 'text', cast: 'text', key: (row) => row.name },
  begun: {
    column: BEGUN,
    type: 'instant',
    cast: 'timestamptz',
    key: (row) => (row.startedAt ?? new Date(0)).toISOString(),
  },
  priority: { column: 'c.priority', type: 'int', cast: 'int', key: (row) => row.priority },
};

/** A selection as a condition on `campaigns c`; what is bound is added to `values`. */
export function conditionOf(selection: Partial<CampaignSelection>, values: unknown[]): string {
  const bind = (value: unknown) => `$${values.push(value)}`;
  const where = ['TRUE'];
  if (selection.states && selection.states.length > 0)
    where.push(`c.state = ANY (${bind(selection.states)}::text[])`);
  if (selection.createdBy) where.push(`c.created_by = ${bind(selection.createdBy)}`);
  if (selection.name) where.push(`position(lower(${bind(selection.name)}) IN lower(c.name)) > 0`);
  if (selection.releaseId) {
    where.push(
      `EXISTS (SELECT 1 FROM campaign_releases cr WHERE cr.campaign_id = c.id AND cr.release_id = ${bind(selection.releaseId)})`,
    );
  }
  return where.join(' AND ');
}

/** One page of campaigns with their counters in an indexed order, by keyset; `next` is the cursor of the following page. */
export async function listCampaignRows(
  pool: Pool,
  {
    sort = 'created',
    descending = true,
    cursor,
    limit,
    ...selection
  }: Partial<CampaignQuery> & { limit: number },
): Promise<{ rows: CampaignRow[]; next: string | null }> {
  const { column, type, cast, key } = SORT_COLUMNS[sort];
  const direction = descending ? 'DESC' : 'ASC';
  const values: unknown[] = [];
  let where = conditionOf(selection, values);
  if (cursor !== undefined) {
    const [at, id] = decodeCursor(cursor, type, 'text');
    where += ` AND (${column}, c.id) ${descending ? '<' : '>'} ($${values.push(at)}::${cast}, $${values.push(id)}::text)`;
  }
  const { rows } = await pool.query<StoredRow>(
    `SELECT ${ROW} FROM campaigns c WHERE ${where}
     ORDER BY ${column} ${direction}, c.id ${direction} LIMIT $${values.push(limit + 1)}`,
    values,
  );
  const page = pageOf(rows, limit, (row) => [key(row), row.id]);
  return { rows: await withCounts(pool, page.rows), next: page.next };
}

/** All pages of a selection, one after the other, so that an export holds one page in memory. */
export async function* walkCampaigns(
  pool: Pool,
  query: Omit<CampaignQuery, 'cursor' | 'limit'>,
): AsyncGenerator<CampaignRow[]> {
  let cursor: string | undefined;
  do {
    const page: Awaited<ReturnType<typeof listCampaignRows>> = await listCampaignRows(pool, {
      ...query,
      limit: 500,
      cursor,
    });
    if (page.rows.length > 0) yield page.rows;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

/** The campaigns before and after one in an ordered selection, each by one step of the keyset. */
export async function readCampaignNeighbours(
  pool: Pool,
  query: Omit<CampaignQuery, 'cursor' | 'limit'>,
  id: string,
): Promise<{ previous: string | null; next: string | null }> {
  const { rows } = await pool.query<StoredRow>(`SELECT ${ROW} FROM campaigns c WHERE c.id = $1`, [id]);
  const place = rows[0];
  if (!place) return { previous: null, next: null };
  const cursor = encodeCursor([SORT_COLUMNS[query.sort].key(place), id]);
  const step = async (descending: boolean) => {
    const page = await listCampaignRows(pool, { ...query, descending, cursor, limit: 1 });
    return page.rows[0]?.id ?? null;
  };
  const [next, previous] = await Promise.all([step(query.descending), step(!query.descending)]);
  return { previous, next };
}

/** These campaigns with their counters, in no order; those that there are not are left out. */
export async function readCampaignRows(pool: Pool, ids: readonly string[]): Promise<CampaignRow[]> {
  const { rows } = await pool.query<StoredRow>(`SELECT ${ROW} FROM campaigns c WHERE c.id = ANY ($1)`, [ids]);
  return withCounts(pool, rows);
}

/** One campaign with its counters; null where there is none. */
export async function readCampaignRow(client: PoolClient, id: string): Promise<CampaignRow | null> {
  const stored = {
    name: 'campaign_row',
    text: `SELECT ${ROW} FROM campaigns c WHERE c.id = $1`,
    values: [id],
  };
  const [{ rows }, counters] = await together(client, [
    () => client.query<StoredRow>(stored),
    () => readCounters(client, [id]),
  ]);
  const [row] = rows;
  return row ? { ...row, counts: counters.get(id) ?? [] } : null;
}

async function withCounts(pool: Pool, rows: readonly StoredRow[]): Promise<CampaignRow[]> {
  const counters = await readCounters(
    pool,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...row, counts: counters.get(row.id) ?? [] }));
}
