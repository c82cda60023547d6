import type { Pool } from 'pg';
import { z } from 'zod';
import { AssignmentState } from '../../domain/states.ts';
import { decodeCursor, pageOf } from './keyset.ts';

/** Which vehicles of a campaign: all, or those of some states, a wave, a reason, a failure cluster. */
export const AssignmentSelection = z.object({
  campaignId: z.string().min(1).max(64),
  states: z.array(AssignmentState).max(AssignmentState.options.length).default([]),
  wave: z.int().min(0).optional(),
  /** Code that the vehicle gave, or an exclusion reason. */
  reason: z.string().max(200).optional(),
  failedEcuId: z.string().max(200).optional(),
  fromVersion: z.string().max(2000).optional(),
  acknowledged: z.boolean().optional(),
});
export type AssignmentSelection = z.infer<typeof AssignmentSelection>;

export type AssignmentRow = {
  vin: string;
  model: string | null;
  timeZone: string | null;
  wave: number;
  state: AssignmentState;
  attempt: number;
  progress: number | null;
  online: boolean;
  notifiedAt: Date | null;
  deliveredAt: Date | null;
  acknowledgedAt: Date | null;
  finishedAt: Date | null;
  retryAt: Date | null;
  updatedAt: Date;
  late: boolean;
  provisional: boolean;
  acknowledgedFailure: boolean;
  reasonCode: string | null;
  reasonDetail: string | null;
  failedEcuId: string | null;
  failedFromVersion: string | null;
  reasons: unknown;
};

/** The other conditions, on `assignments a`; `$1` is the campaign. */
function conditionsOf(selection: AssignmentSelection, values: unknown[]): string {
  const bind = (value: unknown) => `$${values.push(value)}`;
  const where = ['a.campaign_id = $1'];
  if (selection.wave !== undefined) where.push(`a.wave = ${bind(selection.wave)}`);
  // An empty text asks for vehicles without one.
  const same = (column: string, value: string) =>
    where.push(`${column} IS NOT DISTINCT FROM nullif(${bind(value)}::text, '')`);
  if (selection.failedEcuId !== undefined) same('a.failed_ecu_id', selection.failedEcuId);
  if (selection.fromVersion !== undefined) same('a.failed_from_version', selection.fromVersion);
  if (selection.acknowledged !== undefined)
    where.push(`a.acknowledged_failure = ${bind(selection.acknowledged)}`);
  if (selection.reason === '') where.push('a.reason_code IS NULL');
  else if (selection.reason !== undefined) {
    const code = bind(selection.reason);
    where.push(
      `(a.reason_code = ${code} OR a.reasons @> jsonb_build_array(jsonb_build_object('code', ${code}::text)))`,
    );
  }
  return where.join(' AND ');
}

/** One page of a campaign's vehicles by VIN. Each state is read by its own index range, so rare states stay cheap. */
export async function listAssignments(
  pool: Pool,
  selection: AssignmentSelection,
  { cursor, limit, vins }: { cursor?: string | undefined; limit: number; vins?: readonly string[] },
): Promise<{ rows: AssignmentRow[]; next: string | null }> {
  const values: unknown[] = [selection.campaignId];
  let where = conditionsOf(selection, values);
  const bind = (value: unknown) => `$${values.push(value)}`;
  if (cursor !== undefined) where += ` AND a.vin > ${bind(decodeCursor(cursor, 'text')[0])}::text`;
  if (vins !== undefined) where += ` AND a.vin = ANY (${bind(vins)}::text[])`;
  const page = bind(limit + 1);
  const picked =
    selection.states.length === 0
      ? `SELECT a.* FROM assignments a WHERE ${where} ORDER BY a.vin LIMIT ${page}`
      : `SELECT one.* FROM unnest(${bind(selection.states)}::text[]) AS wanted (state)
         CROSS JOIN LATERAL (SELECT a.* FROM assignments a WHERE ${where} AND a.state = wanted.state
                             ORDER BY a.vin LIMIT ${page}) one
         ORDER BY one.vin LIMIT ${page}`;
  const { rows } = await pool.query<AssignmentRow>(
    `SELECT a.vin, v.model, v.time_zone AS "timeZone", a.wave, a.state, a.attempt, a.progress,
            coalesce(s.online, false) AS online, a.notified_at AS "notifiedAt", a.delivered_at AS "deliveredAt",
            a.acknowledged_at AS "acknowledgedAt", a.finished_at AS "finishedAt", a.retry_at AS "retryAt",
            a.updated_at AS "updatedAt", a.late, a.provisional, a.acknowledged_failure AS "acknowledgedFailure",
            a.reason_code AS "reasonCode", a.reason_detail AS "reasonDetail", a.failed_ecu_id AS "failedEcuId",
            a.failed_from_version AS "failedFromVersion", a.reasons
     FROM (${picked}) a
     LEFT JOIN vehicles v ON v.vin = a.vin
     LEFT JOIN vehicle_states s ON s.vin = a.vin
     ORDER BY a.vin`,
    values,
  );
  return pageOf(rows, limit, (row) => [row.vin]);
}

/** How many vehicles a selection has, exactly: by the counters where these tell it. */
export async function countAssignments(pool: Pool, selection: AssignmentSelection): Promise<number> {
  const { campaignId, states, wave, ...narrower } = selection;
  const values: unknown[] = [campaignId];
  let where = conditionsOf(selection, values);
  if (states.length > 0) where += ` AND a.state = ANY ($${values.push(states)}::text[])`;
  const counted = Object.values(narrower).every((value) => value === undefined);
  const { rows } = await pool.query<{ count: number }>(
    counted
      ? `SELECT coalesce(sum(a.count), 0)::int AS count FROM assignment_counters a WHERE ${where}`
      : `SELECT count(*)::int AS count FROM assignments a WHERE ${where}`,
    values,
  );
  return rows[0]?.count ?? 0;
}

export type LeftOut = { code: string; state: string; count: number };

/** Vehicles that are not offered it, by reason; one with several reasons counts under each. */
export async function readLeftOut(pool: Pool, campaignId: string): Promise<LeftOut[]> {
  // Vehicles of one configuration have the same reasons: they are counted before the reasons are taken apart.
  const { rows } = await pool.query<LeftOut>(
    `SELECT coalesce(r.code, a.reason_code, 'unknown') AS code, a.state, sum(a.count)::int AS count
     FROM (SELECT state, reason_code, reasons, count(*) AS count FROM assignments
           WHERE campaign_id = $1 AND state IN ('excluded', 'not_applicable', 'declined', 'deferred', 'unreachable', 'cancelled')
           GROUP BY state, reason_code, reasons) a
     LEFT JOIN LATERAL (SELECT DISTINCT item ->> 'code' AS code
                        FROM jsonb_array_elements(CASE jsonb_typeof(a.reasons) WHEN 'array' THEN a.reasons ELSE '[]' END) item) r ON TRUE
     GROUP BY 1, 2 ORDER BY sum(a.count) DESC, 1, 2 LIMIT 100`,
    [campaignId],
  );
  return rows;
}
