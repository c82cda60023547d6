import type pg from 'pg';
import {
  type AssignmentRow,
  type AssignmentWrite,
  isOpen,
  openSql,
  writeAssignments,
} from '#lib/db/engine/assignment-rows.ts';
import type { CampaignPolicy } from '#lib/db/engine/campaign-policy.ts';
import { CounterDeltas } from '#lib/db/engine/counters.ts';
import type { TimelineRow } from '#lib/db/engine/timeline.ts';
import { nextTickAt } from '#lib/domain/assignment-clock.ts';
import { counterKeyOf } from '#lib/domain/counters.ts';
import type { ApplyOptions } from './apply-assignment-events.ts';

/** A timer that had nothing to decide rings again after this long at the earliest. */
const IDLE_TIMER_MS = 60_000;

/** An assignment while a batch of events is applied to it. */
export type Change = { row: AssignmentRow; before: AssignmentRow; written: boolean; timeline: TimelineRow[] };

/** Stores what changed; a row that would become a second open offer of its vehicle keeps its state. */
export async function storeChanges(
  client: pg.PoolClient,
  changes: readonly Change[],
  policies: ReadonlyMap<string, CampaignPolicy>,
  { now, shard }: ApplyOptions,
): Promise<Change[]> {
  const written = changes.filter((change) => change.written);
  const opening = written.filter(({ row, before }) => isOpenRow(row) && !isOpenRow(before));
  const others = written.filter((change) => !opening.includes(change));
  await writeAssignments(client, toWrites(others, policies, now), now);
  const allowed = await withoutBusy(client, opening);
  await writeAssignments(client, toWrites(allowed, policies, now), now);

  const stored = [...others, ...allowed];
  const deltas = new CounterDeltas();
  for (const { row, before } of stored) {
    deltas.move(counted(before), counted(row));
  }
  await deltas.write(client, shard);
  return stored;
}

async function withoutBusy(client: pg.PoolClient, opening: readonly Change[]): Promise<Change[]> {
  if (opening.length === 0) return [];
  const vins = opening.map(({ row }) => row.vin);
  const busy = await client.query<{ vin: string }>(
    `SELECT a.vin FROM assignments a WHERE a.vin = ANY($1) AND ${openSql('a')}`,
    [vins],
  );
  const taken = new Set(busy.rows.map((row) => row.vin));
  const allowed: Change[] = [];
  for (const change of opening) {
    if (taken.has(change.row.vin)) {
      change.row = change.before;
      change.written = false;
      for (const entry of change.timeline) {
        entry.to_state = entry.from_state ?? null;
        entry.data = { recorded: 'vehicle_busy' };
      }
      continue;
    }
    taken.add(change.row.vin);
    allowed.push(change);
  }
  return allowed;
}

/** Tells whether a row is an open offer of its vehicle. */
export function isOpenRow(row: AssignmentRow): boolean {
  return row.leasedBy !== null || isOpen(row.snapshot.state);
}

function counted(row: AssignmentRow) {
  return { campaignId: row.campaignId, ...counterKeyOf({ ...row.snapshot, wave: row.wave }) };
}

function toWrites(
  changes: readonly Change[],
  policies: ReadonlyMap<string, CampaignPolicy>,
  now: Date,
): AssignmentWrite[] {
  return changes.map(({ row, before }) => {
    const policy = policies.get(row.campaignId)?.policy;
    const timerAt = policy ? nextTickAt(row.snapshot, policy, now) : null;
    const isIdle = timerAt !== null && timerAt <= now && row.snapshot === before.snapshot;
    return { row, before, timerAt: isIdle ? new Date(now.getTime() + IDLE_TIMER_MS) : timerAt };
  });
}
