import type pg from 'pg';
import { type AssignmentRow, isOpen, lockAssignments } from '#lib/db/engine/assignment-rows.ts';
import { type CampaignPolicy, loadPolicies } from '#lib/db/engine/campaign-policy.ts';
import { raiseAlertByClient } from '#lib/db/engine/raise-alert.ts';
import { appendTimeline, type TimelineRow } from '#lib/db/engine/timeline.ts';
import { unpark } from '#lib/db/engine/unpark.ts';
import { decideAssignment } from '#lib/domain/assignment.ts';
import { isFinal } from '#lib/domain/assignment-rank.ts';
import type { AssignmentEffect, AssignmentEvent } from '#lib/domain/assignment-snapshot.ts';
import type { AssignmentState } from '#lib/domain/states.ts';
import { orphanRow, timelineRow } from './assignment-timeline.ts';
import { type Change, isOpenRow, storeChanges } from './store-assignments.ts';

/** Something that happened to the assignment of one vehicle to one campaign. */
export type OccurredEvent = {
  vin: string;
  campaignId: string;
  event: AssignmentEvent;
  /** Server's instant of receipt: what the decision takes for now. */
  receivedAt: Date;
  /** Position of the vehicle's message that it came by, where it came by one. */
  epoch?: number | undefined;
  sequence?: number | undefined;
  detail?: string | undefined;
  /** Milliseconds from sending to the broker's acceptance, for `published`. */
  latencyMs?: number | undefined;
  data?: Record<string, unknown> | undefined;
};

export type MovedAssignment = {
  campaignId: string;
  vin: string;
  from: AssignmentState;
  to: AssignmentState;
};

export type AppliedEvents = {
  moved: MovedAssignment[];
  /** Campaigns of which anything was written. */
  campaigns: string[];
  /** Vehicles to be asked for a full report, after the commit. */
  reportRequests: string[];
  /** Something has become due for the dispatcher. */
  wake: boolean;
};

export type ApplyOptions = { now: Date; shard: number };

/** What a caller gets where nothing happened. */
export function nothingApplied(): AppliedEvents {
  return { moved: [], campaigns: [], reportRequests: [], wake: false };
}

/** Joins two results, so that one hint speaks of both. */
export function joinApplied(a: AppliedEvents, b: AppliedEvents): AppliedEvents {
  return {
    moved: [...a.moved, ...b.moved],
    campaigns: [...new Set([...a.campaigns, ...b.campaigns])],
    reportRequests: [...new Set([...a.reportRequests, ...b.reportRequests])],
    wake: a.wake || b.wake,
  };
}

/**
 * Applies events to their assignments within the caller's transaction: rows locked in key order, each decided by
 * the pure machine, then stored set-based with their timeline rows and counter deltas. Every status and receipt
 * leaves exactly one timeline row, whatever it did.
 */
export async function applyAssignmentEvents(
  client: pg.PoolClient,
  events: readonly OccurredEvent[],
  options: ApplyOptions,
): Promise<AppliedEvents> {
  if (events.length === 0) return nothingApplied();
  const rows = await lockAssignments(
    client,
    '(campaign_id, vin) IN (SELECT * FROM unnest($1::text[], $2::text[]))',
    [events.map((event) => event.campaignId), events.map((event) => event.vin)],
  );
  return applyToRows(client, rows, events, options);
}

/** As `applyAssignmentEvents`, on rows that the caller has locked in (VIN, campaign) order. */
export async function applyToRows(
  client: pg.PoolClient,
  rows: readonly AssignmentRow[],
  events: readonly OccurredEvent[],
  options: ApplyOptions,
): Promise<AppliedEvents> {
  const policies = await loadPolicies(
    client,
    rows.map((row) => row.campaignId),
  );
  const changes = new Map<string, Change>();
  for (const row of rows) {
    changes.set(keyOf(row), { row, before: row, written: false, timeline: [] });
  }
  const orphans: TimelineRow[] = [];
  const blocked = new Map<string, Set<string>>();
  const reportRequests = new Set<string>();

  for (const occurred of events) {
    const change = changes.get(keyOf(occurred));
    const campaign = change && policies.get(change.row.campaignId);
    if (!change || !campaign) {
      if (occurred.event.kind === 'status' || occurred.event.kind === 'receipt')
        orphans.push(orphanRow(occurred));
      continue;
    }
    for (const effect of apply(change, occurred, campaign, options.now)) {
      if (effect.kind === 'requestReport') reportRequests.add(occurred.vin);
      if (effect.kind === 'blockVehicle') {
        const ecus = blocked.get(occurred.vin) ?? new Set();
        for (const ecuId of effect.ecuIds) ecus.add(ecuId);
        blocked.set(occurred.vin, ecus);
      }
    }
  }

  const written = await storeChanges(client, [...changes.values()], policies, options);
  await appendTimeline(client, [...orphans, ...[...changes.values()].flatMap((change) => change.timeline)]);
  await blockVehicles(client, blocked, options.now);
  for (const [vin, ecus] of blocked) {
    const text = `A rollback failed on ${vin} and left ${[...ecus].join(', ')} neither old nor new; the vehicle gets no further offers until a person clears it.`;
    await raiseAlertByClient(
      client,
      'vehicle_blocked',
      { subject: `${vin} is blocked`, body: { text, vin } },
      options.now,
    );
  }
  // A vehicle whose offer is settled is free for another campaign's.
  const freed = written
    .filter(({ row, before }) => isOpenRow(before) && !isOpenRow(row))
    .map(({ row }) => row.vin);
  const woken = await unpark(client, freed, options.now);
  return {
    moved: written
      .filter(({ row, before }) => row.snapshot.state !== before.snapshot.state)
      .map(({ row, before }) => ({
        campaignId: row.campaignId,
        vin: row.vin,
        from: before.snapshot.state,
        to: row.snapshot.state,
      })),
    campaigns: [...new Set(written.map(({ row }) => row.campaignId))],
    reportRequests: [...reportRequests],
    wake:
      woken ||
      written.some(
        ({ row }) => row.snapshot.dueAt !== null || row.cancelDueAt !== null || row.urlsDueAt !== null,
      ),
  };
}

function keyOf({ campaignId, vin }: { campaignId: string; vin: string }): string {
  return `${vin}\n${campaignId}`;
}

function apply(
  change: Change,
  occurred: OccurredEvent,
  campaign: CampaignPolicy,
  now: Date,
): readonly AssignmentEffect[] {
  const { row } = change;
  const decision = decideAssignment(row.snapshot, occurred.event, campaign.policy, occurred.receivedAt);
  if (decision.kind === 'unchanged') {
    // Clocks are set anew: the campaign's end changes them, and a timer must not ring again at once.
    if (occurred.event.kind === 'campaignEnded' || occurred.event.kind === 'tick') change.written = true;
    return [];
  }
  for (const entry of decision.timeline) change.timeline.push(timelineRow(row, occurred, entry));
  if (decision.kind === 'recorded') {
    if (asksForUrls(occurred.event, row)) {
      change.row = { ...change.row, urlsDueAt: now };
      change.written = true;
    }
    if (occurred.event.kind === 'published' && row.leasedBy !== null) {
      change.row = { ...change.row, leasedBy: null };
      change.written = true;
    }
    return [];
  }
  change.row = nextRow(row, decision.next, decision.effects, occurred, now);
  change.written = true;
  if (!isOutdatedCancellation(row, occurred.event, change.row, campaign)) return decision.effects;
  const again: OccurredEvent = {
    vin: row.vin,
    campaignId: row.campaignId,
    event: { kind: 'repended', asked: true },
    receivedAt: occurred.receivedAt,
  };
  return [...decision.effects, ...apply(change, again, campaign, now)];
}

/** Returns of one attempt after which a vehicle that keeps cancelling is left alone. */
const MAX_RETURNS = 10;

/** The vehicle answers a cancellation that a resumed campaign has taken back: its offer is made again. */
function isOutdatedCancellation(
  before: AssignmentRow,
  event: AssignmentEvent,
  after: AssignmentRow,
  campaign: CampaignPolicy,
): boolean {
  return (
    event.kind === 'status' &&
    event.phase === 'cancelled' &&
    after.snapshot.state === 'cancelled' &&
    before.snapshot.cancelRequestedAt === null &&
    before.snapshot.returns < MAX_RETURNS &&
    campaign.state === 'running'
  );
}

/** The payload URLs ran out while the TCU was downloading; the document itself still holds. */
function asksForUrls(event: AssignmentEvent, row: AssignmentRow): boolean {
  const asks = event.kind === 'status' && event.phase === 'requested' && event.code === 'urls_expired';
  return asks && isOpen(row.snapshot.state);
}

const FAILED: ReadonlySet<AssignmentState> = new Set(['failed', 'rolled_back', 'timed_out']);

function nextRow(
  row: AssignmentRow,
  snapshot: AssignmentRow['snapshot'],
  effects: readonly AssignmentEffect[],
  occurred: OccurredEvent,
  now: Date,
): AssignmentRow {
  const entered = snapshot.state !== row.snapshot.state;
  const failedNow =
    FAILED.has(snapshot.state) && (entered || snapshot.failedEcuId !== row.snapshot.failedEcuId);
  const failedStep = row.steps?.find((step) => step.ecuId === snapshot.failedEcuId) ?? row.steps?.[0];
  const beyondCancelling =
    snapshot.state === 'installing' || snapshot.state === 'installed' || snapshot.state === 'confirmed';
  const cancels =
    effects.some((effect) => effect.kind === 'publishCancellation') ||
    isOvertaken(row, snapshot, occurred.event);
  // Silent moves are clocks; the lease belongs to a publication under way.
  const keepsLease =
    !entered && (occurred.event.kind === 'wentOnline' || occurred.event.kind === 'wentOffline');
  return {
    ...row,
    snapshot,
    reasonDetail: occurred.detail ?? (entered ? null : row.reasonDetail),
    failedFromVersion: failedNow
      ? (failedStep?.fromVersion ?? null)
      : FAILED.has(snapshot.state)
        ? row.failedFromVersion
        : null,
    cancelDueAt: cancels
      ? now
      : beyondCancelling || occurred.event.kind === 'repended'
        ? null
        : row.cancelDueAt,
    urlsDueAt: asksForUrls(occurred.event, row) ? now : row.urlsDueAt,
    leasedBy: keepsLease ? row.leasedBy : null,
  };
}

const WITHDRAWING: ReadonlySet<AssignmentEvent['kind']> = new Set([
  'campaignEnded',
  'cancelRequested',
  'cancelled',
  'excluded',
]);

/** Settled while its offer is on its way to the broker: the vehicle gets it, and then has to be told. */
function isOvertaken(row: AssignmentRow, next: AssignmentRow['snapshot'], event: AssignmentEvent): boolean {
  return row.leasedBy !== null && WITHDRAWING.has(event.kind) && isFinal(next.state);
}

async function blockVehicles(
  client: pg.PoolClient,
  blocked: ReadonlyMap<string, Set<string>>,
  now: Date,
): Promise<void> {
  if (blocked.size === 0) return;
  const vins = [...blocked.keys()].sort();
  await client.query(
    `UPDATE vehicles v SET blocked_at = coalesce(v.blocked_at, $3),
       partial_ecus = ARRAY(SELECT DISTINCT e FROM unnest(v.partial_ecus || b.ecus) AS e ORDER BY e)
     FROM (SELECT vin, ARRAY(SELECT json_array_elements_text(ecus::json)) AS ecus
           FROM unnest($1::text[], $2::text[]) AS u(vin, ecus)) AS b
     WHERE v.vin = b.vin`,
    [vins, vins.map((vin) => JSON.stringify([...(blocked.get(vin) ?? [])])), now],
  );
}
