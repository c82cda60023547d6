import type { AssignmentRow } from '#lib/db/engine/assignment-rows.ts';
import type { TimelineRow } from '#lib/db/engine/timeline.ts';
import type { AssignmentEvent, TimelineEntry } from '#lib/domain/assignment-snapshot.ts';
import type { OccurredEvent } from './apply-assignment-events.ts';

const KIND_OF_EVENT: Readonly<Record<AssignmentEvent['kind'], string>> = {
  published: 'notified',
  receipt: 'delivered',
  status: 'status',
  inventory: 'inventory',
  wentOnline: 'presence',
  wentOffline: 'presence',
  tick: 'timer',
  cancelRequested: 'cancel_requested',
  cancelled: 'cancelled',
  retryRequested: 'retry',
  excluded: 'excluded',
  repended: 'queued_again',
  campaignEnded: 'campaign_ended',
};

/** The timeline row of a decided event. */
export function timelineRow(row: AssignmentRow, occurred: OccurredEvent, entry: TimelineEntry): TimelineRow {
  const isMessage = entry.event === 'status' || entry.event === 'receipt';
  const data = { ...occurred.data, ...(entry.recorded !== null && { recorded: entry.recorded }) };
  const progress = occurred.event.kind === 'status' ? occurred.event.progress : undefined;
  if (progress !== undefined) Object.assign(data, { progress });
  return {
    vin: row.vin,
    at: occurred.receivedAt,
    kind: KIND_OF_EVENT[entry.event],
    campaign_id: row.campaignId,
    attempt: entry.attempt,
    phase: entry.phase,
    ecu_id: entry.ecuId,
    code: entry.code,
    detail: occurred.detail ?? null,
    from_state: entry.from,
    to_state: entry.to,
    latency_ms: latencyOf(row, occurred),
    epoch: isMessage ? (occurred.epoch ?? null) : null,
    sequence: isMessage ? (occurred.sequence ?? null) : null,
    data: Object.keys(data).length > 0 ? data : null,
  };
}

/** Longest latency that a row can hold, 24 days. */
const MAX_LATENCY_MS = 2_147_483_647;

/**
 * From the notification of this attempt to the vehicle's answer, or from its claim where the answer overtook
 * the notice of publication; the broker's own for `published`.
 */
function latencyOf(row: AssignmentRow, { event, receivedAt, latencyMs }: OccurredEvent): number | null {
  if (latencyMs !== undefined) return Math.round(latencyMs);
  if (event.kind !== 'status' && event.kind !== 'receipt') return null;
  const since = row.snapshot.notifiedAt ?? row.claimedAt;
  if (since === null || event.attempt !== row.snapshot.attempt) return null;
  return Math.min(MAX_LATENCY_MS, Math.max(0, receivedAt.getTime() - since.getTime()));
}

/** The row of a message about an assignment that there is not. */
export function orphanRow(occurred: OccurredEvent): TimelineRow {
  const { event, vin, receivedAt, campaignId, epoch, sequence, detail } = occurred;
  const status = event.kind === 'status' ? event : undefined;
  return {
    vin,
    at: receivedAt,
    kind: KIND_OF_EVENT[event.kind],
    campaign_id: campaignId,
    attempt: 'attempt' in event ? event.attempt : null,
    phase: status?.phase ?? null,
    ecu_id: status?.ecuId ?? null,
    code: status?.code ?? null,
    detail: detail ?? null,
    epoch: epoch ?? null,
    sequence: sequence ?? null,
    data: { recorded: 'unknown_assignment' },
  };
}
