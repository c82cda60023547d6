import type pg from 'pg';
import { repeated } from '#lib/db/repeated.ts';
import type { AssignmentSnapshot } from '#lib/domain/assignment-snapshot.ts';
import type { FailureClass } from '#lib/domain/campaign-definition.ts';
import type { UpdateStep } from '#lib/domain/configuration.ts';
import { type AssignmentState, DISPATCHED_STATES } from '#lib/domain/states.ts';
import type { OtaPhase } from '#lib/protocol/ota-status.ts';
import { type Column, rowSource } from './row-source.ts';

/** One ECU of an assignment's full target set. */
export type TargetEcu = { ecuId: string; version: string };

/** One row of `assignments`: what the machine knows, and what surrounds it. */
export type AssignmentRow = {
  campaignId: string;
  vin: string;
  wave: number;
  snapshot: AssignmentSnapshot;
  steps: UpdateStep[] | null;
  targets: TargetEcu[] | null;
  reasonDetail: string | null;
  failedFromVersion: string | null;
  cancelDueAt: Date | null;
  urlsDueAt: Date | null;
  leasedBy: string | null;
  /** When the offer under way was claimed for publication, or the last one was. */
  claimedAt: Date | null;
};

/** States that count as an open offer. */
export function isOpen(state: AssignmentState): boolean {
  return (DISPATCHED_STATES as readonly AssignmentState[]).includes(state);
}

/**
 * What makes a row of `assignments` an open offer. Of one vehicle `sql_assignments_one_open` lets no two be in such
 * states; a lease is taken under the lock on the vehicle's state, after a look at its other assignments.
 */
export function openSql(alias: string): string {
  return `(${alias}.leased_by IS NOT NULL OR ${alias}.state IN ('${DISPATCHED_STATES.join("', '")}'))`;
}

/** Tells of a row that no dispatcher holds it at this instant; until its lease runs out a row is not due. */
export function unleasedSql(alias: string, instant: string): string {
  return `(${alias}.leased_until IS NULL OR ${alias}.leased_until <= ${instant})`;
}

/** Tells of a row that it says what `newAssignment` says, whatever its due instant and the begin of its phase. */
export function asPlannedSql(alias: string): string {
  const empty = EMPTY_AS_PLANNED.map((name) => `${alias}.${name}`).join(', ');
  return `(${alias}.state = 'pending' AND ${alias}.attempt = 1 AND ${alias}.returns = 0 AND ${alias}.offers = 0
    AND NOT ${alias}.accepted AND ${alias}.order_epoch = 0 AND ${alias}.order_sequence = 0 AND ${alias}.phase_online_ms = 0
    AND NOT ${alias}.late AND NOT ${alias}.provisional AND NOT ${alias}.acknowledged_failure AND ${alias}.partial_ecus = '{}'
    AND num_nonnulls(${empty}) = 0)`;
}

const EMPTY_AS_PLANNED = [
  ...[
    'last_phase',
    'progress',
    'current_ecu_id',
    'notified_at',
    'delivered_at',
    'acknowledged_at',
    'downloading_at',
  ],
  ...[
    'verified_at',
    'installing_at',
    'installed_at',
    'finished_at',
    'clock_since',
    'retry_at',
    'cancel_requested_at',
  ],
  ...[
    'reason_code',
    'reason_detail',
    'failure_class',
    'failed_ecu_id',
    'failed_from_version',
    'cancel_due_at',
  ],
  'urls_due_at',
];

const columns = `campaign_id, vin, wave, state, phase_at, attempt, returns, offers, accepted, last_phase, progress,
  current_ecu_id, order_epoch, order_sequence::float8 AS order_sequence, notified_at, delivered_at, acknowledged_at,
  downloading_at, verified_at, installing_at, installed_at, finished_at, phase_online_ms::float8 AS phase_online_ms,
  clock_since, greatest(due_at, leased_until) AS due_at, retry_at, cancel_requested_at, reason_code, reason_detail, failure_class, failed_ecu_id,
  failed_from_version, partial_ecus, late, provisional, acknowledged_failure, cancel_due_at, urls_due_at, leased_by,
  claimed_at, steps, targets, updated_at`;

type StoredRow = {
  campaign_id: string;
  vin: string;
  wave: number;
  state: AssignmentState;
  phase_at: Date | null;
  attempt: number;
  returns: number;
  offers: number;
  accepted: boolean;
  last_phase: OtaPhase | null;
  progress: number | null;
  current_ecu_id: string | null;
  order_epoch: number;
  order_sequence: number;
  notified_at: Date | null;
  delivered_at: Date | null;
  acknowledged_at: Date | null;
  downloading_at: Date | null;
  verified_at: Date | null;
  installing_at: Date | null;
  installed_at: Date | null;
  finished_at: Date | null;
  phase_online_ms: number;
  clock_since: Date | null;
  due_at: Date | null;
  retry_at: Date | null;
  cancel_requested_at: Date | null;
  reason_code: string | null;
  reason_detail: string | null;
  failure_class: FailureClass | null;
  failed_ecu_id: string | null;
  failed_from_version: string | null;
  partial_ecus: string[];
  late: boolean;
  provisional: boolean;
  acknowledged_failure: boolean;
  cancel_due_at: Date | null;
  urls_due_at: Date | null;
  leased_by: string | null;
  claimed_at: Date | null;
  steps: UpdateStep[] | null;
  targets: TargetEcu[] | null;
  updated_at: Date;
};

/** Locks and reads the assignments that `where` selects, in the order in which every writer locks them. */
export async function lockAssignments(
  client: pg.PoolClient,
  where: string,
  parameters: unknown[],
): Promise<AssignmentRow[]> {
  const result = await client.query<StoredRow>(
    `SELECT ${columns} FROM assignments WHERE ${where} ORDER BY vin, campaign_id FOR UPDATE`,
    parameters,
  );
  return result.rows.map(toRow);
}

function toRow(row: StoredRow): AssignmentRow {
  return {
    campaignId: row.campaign_id,
    vin: row.vin,
    wave: row.wave,
    steps: row.steps,
    targets: row.targets,
    reasonDetail: row.reason_detail,
    failedFromVersion: row.failed_from_version,
    cancelDueAt: row.cancel_due_at,
    urlsDueAt: row.urls_due_at,
    leasedBy: row.leased_by,
    claimedAt: row.claimed_at,
    snapshot: {
      state: row.state,
      phaseAt: row.phase_at ?? row.updated_at,
      attempt: row.attempt,
      returns: row.returns,
      offers: row.offers,
      accepted: row.accepted,
      lastPhase: row.last_phase,
      progress: row.progress,
      currentEcuId: row.current_ecu_id,
      orderEpoch: row.order_epoch,
      orderSequence: row.order_sequence,
      notifiedAt: row.notified_at,
      deliveredAt: row.delivered_at,
      acknowledgedAt: row.acknowledged_at,
      downloadingAt: row.downloading_at,
      verifiedAt: row.verified_at,
      installingAt: row.installing_at,
      installedAt: row.installed_at,
      finishedAt: row.finished_at,
      phaseOnlineMs: row.phase_online_ms,
      clockSince: row.clock_since,
      dueAt: row.due_at,
      retryAt: row.retry_at,
      cancelRequestedAt: row.cancel_requested_at,
      reasonCode: row.reason_code,
      failureClass: row.failure_class,
      failedEcuId: row.failed_ecu_id,
      partialEcus: row.partial_ecus,
      late: row.late,
      provisional: row.provisional,
      acknowledgedFailure: row.acknowledged_failure,
    },
  };
}

/** A row as it is to be stored, as it was locked, and with what is derived from its snapshot. */
export type AssignmentWrite = { row: AssignmentRow; before: AssignmentRow; timerAt: Date | null };

const stored: readonly Column<AssignmentRow>[] = [
  ['state', 'text', ({ snapshot }) => snapshot.state],
  ['phase_at', 'timestamptz', ({ snapshot }) => snapshot.phaseAt],
  ['attempt', 'int', ({ snapshot }) => snapshot.attempt],
  ['returns', 'int', ({ snapshot }) => snapshot.returns],
  ['offers', 'int', ({ snapshot }) => snapshot.offers],
  ['accepted', 'boolean', ({ snapshot }) => snapshot.accepted],
  ['last_phase', 'text', ({ snapshot }) => snapshot.lastPhase],
  ['progress', 'int', ({ snapshot }) => (snapshot.progress === null ? null : Math.round(snapshot.progress))],
  ['current_ecu_id', 'text', ({ snapshot }) => snapshot.currentEcuId],
  ['order_epoch', 'int', ({ snapshot }) => snapshot.orderEpoch],
  ['order_sequence', 'bigint', ({ snapshot }) => snapshot.orderSequence],
  ['notified_at', 'timestamptz', ({ snapshot }) => snapshot.notifiedAt],
  ['delivered_at', 'timestamptz', ({ snapshot }) => snapshot.deliveredAt],
  ['acknowledged_at', 'timestamptz', ({ snapshot }) => snapshot.acknowledgedAt],
  ['downloading_at', 'timestamptz', ({ snapshot }) => snapshot.downloadingAt],
  ['verified_at', 'timestamptz', ({ snapshot }) => snapshot.verifiedAt],
  ['installing_at', 'timestamptz', ({ snapshot }) => snapshot.installingAt],
  ['installed_at', 'timestamptz', ({ snapshot }) => snapshot.installedAt],
  ['finished_at', 'timestamptz', ({ snapshot }) => snapshot.finishedAt],
  ['phase_online_ms', 'bigint', ({ snapshot }) => Math.round(snapshot.phaseOnlineMs)],
  ['clock_since', 'timestamptz', ({ snapshot }) => snapshot.clockSince],
  ['due_at', 'timestamptz', ({ snapshot }) => snapshot.dueAt],
  ['retry_at', 'timestamptz', ({ snapshot }) => snapshot.retryAt],
  ['cancel_requested_at', 'timestamptz', ({ snapshot }) => snapshot.cancelRequestedAt],
  ['reason_code', 'text', ({ snapshot }) => snapshot.reasonCode],
  ['reason_detail', 'text', (row) => row.reasonDetail],
  ['failure_class', 'text', ({ snapshot }) => snapshot.failureClass],
  ['failed_ecu_id', 'text', ({ snapshot }) => snapshot.failedEcuId],
  ['failed_from_version', 'text', (row) => row.failedFromVersion],
  ['partial_ecus', 'text[]', ({ snapshot }) => snapshot.partialEcus],
  ['late', 'boolean', ({ snapshot }) => snapshot.late],
  ['provisional', 'boolean', ({ snapshot }) => snapshot.provisional],
  ['acknowledged_failure', 'boolean', ({ snapshot }) => snapshot.acknowledgedFailure],
  ['cancel_due_at', 'timestamptz', (row) => row.cancelDueAt],
  ['urls_due_at', 'timestamptz', (row) => row.urlsDueAt],
  ['leased_by', 'text', (row) => row.leasedBy],
];

/**
 * Stores many rows by one statement that names only what differs from the rows as they were locked; a lease ends
 * with every write that is not the claim itself.
 */
export async function writeAssignments(
  client: pg.PoolClient,
  writes: readonly AssignmentWrite[],
  now: Date,
): Promise<void> {
  if (writes.length === 0) return;
  const endsLease = writes.some(({ row, before }) => row.leasedBy !== before.leasedBy);
  const changed = stored.filter(
    // The begin of a phase may have been read from another column, and with a lease goes its part of the due instant.
    ([name, , read]) =>
      name === 'phase_at' ||
      (name === 'due_at' && endsLease) ||
      writes.some(({ row, before }) => row !== before && differs(read(row), read(before))),
  );
  const source = rowSource<AssignmentWrite>(
    writes,
    [
      ['vin', 'text', ({ row }) => row.vin],
      ['campaign_id', 'text', ({ row }) => row.campaignId],
      ['timer_at', 'timestamptz', ({ timerAt }) => timerAt],
      ...changed.map(([name, type, read]): Column<AssignmentWrite> => [name, type, ({ row }) => read(row)]),
    ],
    2,
  );
  const sets = ['timer_at', ...changed.map(([name]) => name)].map((name) => `${name} = w.${name}`);
  if (endsLease) sets.push('leased_until = CASE WHEN w.leased_by IS NULL THEN NULL ELSE a.leased_until END');
  const text = `UPDATE assignments a SET ${sets.join(', ')}, updated_at = $1
     FROM ${source.sql} AS w WHERE a.campaign_id = w.campaign_id AND a.vin = w.vin`;
  await client.query(repeated(text, [now, ...source.values]));
}

function differs(a: unknown, b: unknown): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() !== b.getTime();
  if (Array.isArray(a) && Array.isArray(b))
    return a.length !== b.length || a.some((item, at) => item !== b[at]);
  return a !== b;
}
