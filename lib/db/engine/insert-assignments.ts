import type pg from 'pg';
import type { UpdateStep } from '#lib/domain/configuration.ts';
import type { ExclusionReason } from '#lib/domain/exclusion-reason.ts';
import type { AssignmentState } from '#lib/domain/states.ts';
import type { TargetEcu } from './assignment-rows.ts';
import { CounterDeltas } from './counters.ts';
import type { Last } from './transaction.ts';

/** What the plan decided; shared by all vehicles of one configuration. */
export type PlannedDecision = {
  state: 'pending' | 'already_installed' | 'excluded';
  /** A pending vehicle that waits for a reason to fall away is not due. */
  due: boolean;
  steps: UpdateStep[] | null;
  targets: TargetEcu[] | null;
  reasons: ExclusionReason[] | null;
};

export type PlannedVehicle = {
  vin: string;
  wave: number;
  configurationKey: string | null;
  /** Offers to vehicles that are offline are parked until they come. */
  online: boolean;
  decision: PlannedDecision;
};

/**
 * Inserts planned assignments and counts them, in the caller's transaction and by its end. A vehicle that has its assignment
 * already keeps it. Returns how many were inserted.
 */
export async function insertAssignments(
  client: pg.PoolClient,
  campaignId: string,
  vehicles: readonly PlannedVehicle[],
  { now, shard, last }: { now: Date; shard: number; last: Last },
): Promise<number> {
  if (vehicles.length === 0) return 0;
  const { json, idOf } = storedDecisions(vehicles.map(({ decision }) => decision));
  const { rows } = await client.query<{ wave: number; state: AssignmentState; count: number }>(
    `WITH decided AS MATERIALIZED (
       SELECT * FROM json_to_recordset($6::json)
         AS d(id int, state text, due boolean, steps jsonb, targets jsonb, reasons jsonb, code text)
     ), inserted AS (
       INSERT INTO assignments (campaign_id, vin, wave, state, due_at, configuration_key, steps, targets, reasons,
                                reason_code, phase_at, finished_at, updated_at)
       SELECT $1, r.vin, r.wave, d.state, CASE WHEN d.due AND r.online THEN $7::timestamptz END, r.key, d.steps, d.targets, d.reasons,
              d.code, $7, CASE WHEN d.state <> 'pending' THEN $7::timestamptz END, $7
       FROM unnest($2::text[], $3::int[], $4::text[], $5::int[], $8::boolean[]) AS r(vin, wave, key, decision, online)
       JOIN decided d ON d.id = r.decision
       ON CONFLICT (campaign_id, vin) DO NOTHING
       RETURNING wave, state
     ) SELECT wave, state, count(*)::int AS count FROM inserted GROUP BY wave, state`,
    [
      campaignId,
      vehicles.map(({ vin }) => vin),
      vehicles.map(({ wave }) => wave),
      vehicles.map(({ configurationKey }) => configurationKey),
      vehicles.map(({ decision }) => idOf(decision)),
      json,
      now,
      vehicles.map(({ online }) => online),
    ],
  );
  const counted = CounterDeltas.ofInserted(client, campaignId, rows, shard);
  last(counted.written);
  return counted.inserted;
}

/** Decisions as the statement takes them, each once, and the number of each. */
export function storedDecisions(decisions: readonly PlannedDecision[]): {
  json: string;
  idOf(decision: PlannedDecision): number | undefined;
} {
  const index = new Map<PlannedDecision, number>();
  for (const decision of decisions) if (!index.has(decision)) index.set(decision, index.size);
  const stored = [...index].map(([decision, id]) => ({
    id,
    state: decision.state,
    due: decision.due,
    steps: decision.steps,
    targets: decision.targets,
    reasons: decision.reasons,
    code: decision.state === 'pending' ? null : (decision.reasons?.[0]?.code ?? 'already_installed'),
  }));
  return { json: JSON.stringify(stored), idOf: (decision) => index.get(decision) };
}
