import type { Pool } from 'pg';
import { z } from 'zod';
import { TargetFilter } from '../../domain/target-filter.ts';
import { type CompiledFilter, prepareFilter } from '../filter-sql.ts';
import { type CursorPart, decodeCursor, pageOf } from './keyset.ts';

/** Columns in whose order the fleet can be paged; each is served by an index together with the VIN. */
export const FleetSort = z.enum(['vin', 'model', 'region', 'modelYear', 'lastSeen']);
export type FleetSort = z.infer<typeof FleetSort>;

/** What about a vehicle waits for a person. */
export const Attention = z.enum(['tcu_replaced', 'blocked', 'incomplete', 'swapped']);
export type Attention = z.infer<typeof Attention>;

/** Which vehicles; retired ones are left out unless asked for. */
export const FleetSelection = z.object({
  filter: TargetFilter.default({ kind: 'all' }),
  retired: z.boolean().default(false),
  /** Only vehicles about which this waits for a person. */
  attention: Attention.optional(),
});
export type FleetSelection = z.infer<typeof FleetSelection>;

export const FleetQuery = FleetSelection.extend({
  sort: FleetSort.default('vin'),
  descending: z.boolean().default(false),
  cursor: z.string().max(500).optional(),
  limit: z.int().min(1).max(5_000).default(100),
});
export type FleetQuery = z.infer<typeof FleetQuery>;

export type FleetRow = {
  vin: string;
  model: string;
  modelYear: number;
  region: string;
  timeZone: string;
  tags: string[];
  skilledPersonOnly: boolean;
  complete: boolean;
  registeredAt: Date;
  retiredAt: Date | null;
  blockedAt: Date | null;
  online: boolean;
  lastSeenAt: Date | null;
  lastReportAt: Date | null;
  tcuReplacedAt: Date | null;
  tcuSoftwareVersion: string | null;
  /** The open or newest assignment, where there is one. */
  campaignId: string | null;
  assignmentState: string | null;
  lastSeenBucket: number;
};

const SORT_COLUMNS: Record<
  FleetSort,
  { column: string; type: CursorPart; key: (row: FleetRow) => string | number }
> = {
  vin: { column: 'v.vin', type: 'text', key: (row) => row.vin },
  model: { column: 'v.model', type: 'text', key: (row) => row.model },
  region: { column: 'v.region', type: 'text', key: (row) => row.region },
  modelYear: { column: 'v.model_year', type: 'int', key: (row) => row.modelYear },
  lastSeen: { column: 's.last_seen_bucket', type: 'int', key: (row) => row.lastSeenBucket },
};

const OF_VEHICLE = `v.vin, v.model, v.model_year AS "modelYear", v.region, v.time_zone AS "timeZone", v.tags,
  v.skilled_person_only AS "skilledPersonOnly", v.complete, v.registered_at AS "registeredAt",
  v.retired_at AS "retiredAt", v.blocked_at AS "blockedAt"`;

const OF_STATE = `coalesce(s.online, false) AS online, s.last_seen_at AS "lastSeenAt",
  s.last_report_at AS "lastReportAt", s.tcu_replaced_at AS "tcuReplacedAt",
  s.tcu_software_version AS "tcuSoftwareVersion", coalesce(s.last_seen_bucket, 0) AS "lastSeenBucket"`;

/** One page of the fleet in an indexed order, by keyset; `next` is the cursor of the following page. */
export async function listFleet(
  pool: Pool,
  input: FleetQuery,
  now: Date,
): Promise<{ rows: FleetRow[]; next: string | null }> {
  const { column, type, key } = SORT_COLUMNS[input.sort];
  const direction = input.descending ? 'DESC' : 'ASC';
  const compare = input.descending ? '<' : '>';
  const filter = await prepareFilter(pool, input.filter, { now });
  const values = [...filter.values];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const where = [retirement(input), filter.text];
  const byVin = input.sort === 'vin';
  const stateVin = input.sort === 'lastSeen' ? 's.vin' : 'v.vin';
  if (input.cursor !== undefined) {
    const [first, vin = first] = decodeCursor(input.cursor, ...(byVin ? [] : [type]), 'text');
    where.push(
      byVin
        ? `v.vin ${compare} ${bind(first)}::text`
        : `(${column}, ${stateVin}) ${compare} (${bind(first)}::${type}, ${bind(vin)}::text)`,
    );
  }
  const order = byVin ? `v.vin ${direction}` : `${column} ${direction}, ${stateVin} ${direction}`;
  const outerKey = input.sort === 'lastSeen' ? 's.last_seen_bucket' : `p."${input.sort}"`;
  const from = input.sort === 'lastSeen' ? 'vehicle_states s JOIN vehicles v ON v.vin = s.vin' : 'vehicles v';
  // States are joined to the page, not to the fleet: Postgres would read all of them up to where the page begins.
  const { rows } = await pool.query<FleetRow>(
    `SELECT p.*, ${OF_STATE}, a.campaign_id AS "campaignId", a.state AS "assignmentState"
     FROM (SELECT ${OF_VEHICLE} FROM ${from}
           WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ${bind(input.limit + 1)}) p
     LEFT JOIN vehicle_states s ON s.vin = p.vin
     LEFT JOIN LATERAL (
       SELECT campaign_id, state FROM assignments WHERE vin = p.vin ORDER BY updated_at DESC LIMIT 1
     ) a ON true
     ORDER BY ${outerKey} ${direction}, p.vin ${direction}`,
    values,
  );
  return pageOf(rows, input.limit, (row) => (byVin ? [row.vin] : [key(row), row.vin]));
}

/** How many vehicles a selection has, exactly. */
export async function countFleet(pool: Pool, selection: FleetSelection, now: Date): Promise<number> {
  const { text, values } = await compileSelection(pool, selection, now);
  const { rows } = await pool.query<{ count: string }>(
    `SELECT count(*) AS count FROM vehicles v WHERE ${text}`,
    values,
  );
  return Number(rows[0]?.count ?? 0);
}

/** A selection as a condition on `vehicles v`. */
export async function compileSelection(
  pool: Pool,
  selection: FleetSelection,
  now: Date,
): Promise<CompiledFilter> {
  const { text, values } = await prepareFilter(pool, selection.filter, { now });
  return { text: `${retirement(selection)} AND ${text}`, values };
}

/** All pages of a selection, one after the other, so that an export holds one page in memory. */
export async function* walkFleet(
  pool: Pool,
  query: Omit<FleetQuery, 'cursor' | 'limit'>,
  now: Date,
): AsyncGenerator<FleetRow[]> {
  let cursor: string | undefined;
  do {
    const page: Awaited<ReturnType<typeof listFleet>> = await listFleet(
      pool,
      { ...query, limit: 2_000, cursor },
      now,
    );
    if (page.rows.length > 0) yield page.rows;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

const ATTENTION: Record<Attention, string> = {
  tcu_replaced: 'v.vin IN (SELECT x.vin FROM vehicle_states x WHERE x.tcu_replaced_at IS NOT NULL)',
  blocked: 'v.blocked_at IS NOT NULL',
  incomplete: 'NOT v.complete',
  swapped: 'v.vin IN (SELECT x.vin FROM ecus x WHERE x.swapped_at IS NOT NULL)',
};

function retirement({ retired, attention }: FleetSelection): string {
  const condition = retired ? 'v.retired_at IS NOT NULL AND v.erased_at IS NULL' : 'v.retired_at IS NULL';
  return attention === undefined ? condition : `${condition} AND ${ATTENTION[attention]}`;
}
