import type { PoolClient } from 'pg';
import { type VersionChange, type VersionedState, writeVersions } from '#lib/db/ingest/write-versions.ts';
import { allSettled } from '#lib/db/together.ts';
import { type BatchOutcome, emptyOutcome } from './batch-outcome.ts';
import { isDatabaseFailure } from './database-failure.ts';
import type { FoldableMessage } from './fold/fold-vehicle.ts';
import type { VehicleRecord } from './fold/vehicle-record.ts';
import { type Folded, type FoldedVehicle, foldOne } from './fold-batch.ts';
import type { ByVin, IngestContext } from './ingest-batch.ts';
import type { KnownEcus } from './known-ecus.ts';
import type { ReportMessage } from './messages.ts';
import { note, noteApplied, shownBy } from './outcome-of.ts';

type Versioned = FoldedVehicle & { before: Readonly<VehicleRecord>; firstSequence: number };
/** Vehicles that report other software versions and nothing else, folded into what is remembered of them. */
export type VersionedVehicles = Map<string, Versioned>;

/**
 * Takes the vehicles out of `byVin` that need neither be read nor locked before they are written: all that they say
 * is that ECUs which this worker remembers run other versions. Where most of a batch is of another kind none are
 * taken, as a transaction of their own would cost more than it spares.
 */
export function takeVersioned(
  byVin: ByVin<FoldableMessage>,
  { now, remembered }: IngestContext,
  others: number,
): VersionedVehicles {
  const versioned: VersionedVehicles = new Map();
  if (!remembered) return versioned;
  const isWorthIt = (taken: number) => taken >= byVin.size - taken + others;
  const candidates = [...byVin].flatMap(
    ([vin, messages]) => candidateOf(vin, messages, remembered.ecus) ?? [],
  );
  if (!isWorthIt(candidates.length)) return versioned;
  for (const { before, reports } of candidates) {
    const folded = foldVersions(before, reports, now);
    if (folded) versioned.set(before.vin, folded);
  }
  if (!isWorthIt(versioned.size)) return new Map();
  for (const vin of versioned.keys()) byVin.delete(vin);
  return versioned;
}

type Candidate = { before: Readonly<VehicleRecord>; reports: readonly ReportMessage[] };

/** A vehicle of which there are newer reports of the TCU that is known, and nothing else. */
function candidateOf(
  vin: string,
  messages: readonly FoldableMessage[],
  known: KnownEcus,
): Candidate | undefined {
  const before = known.recall(vin);
  if (!before) return undefined;
  const reports = messages.filter((message): message is ReportMessage => {
    if (message.kind !== 'report' || message.sequence <= before.reportSequence) return false;
    const { serial, softwareVersion } = message.report.tcu;
    return serial === before.tcuSerial && softwareVersion === before.tcuSoftwareVersion;
  });
  return reports.length === messages.length ? { before, reports } : undefined;
}

/** Undefined where the reports bring more than each of some ECUs to one other version. */
function foldVersions(
  before: Readonly<VehicleRecord>,
  reports: readonly ReportMessage[],
  now: Date,
): Versioned | undefined {
  const vehicle = { ...before, ecus: new Map(before.ecus) };
  const folded = foldOne(before, vehicle, reports, { history: [], statuses: new Map(), now });
  const { dirtyEcus, history, timeline, inventory } = folded.changes;
  const isPlain =
    folded.written === 'report' &&
    inventory?.changed === true &&
    history.length === dirtyEcus.size &&
    timeline.length === dirtyEcus.size &&
    dirtyEcus.values().every((extent) => extent === 'version');
  return isPlain
    ? { ...folded, before, firstSequence: Math.min(...reports.map(({ sequence }) => sequence)) }
    : undefined;
}

export type StoredVersions = { outcome: BatchOutcome; missed: string[] };

/**
 * Stores them in a transaction of its own, two trips long. `missed` are those that are not stored as remembered, of
 * which nothing was written: they have to be read.
 */
export async function storeVersions(
  client: PoolClient,
  versioned: VersionedVehicles,
  context: IngestContext,
): Promise<StoredVersions> {
  const vins = [...versioned.keys()];
  try {
    const [, missed, mayJoin, concerned] = await allSettled([
      client.query('BEGIN'),
      writeVersions(client, ...rowsOf(versioned)),
      context.remembered?.screen.load(client),
      context.port.concernedByChange(client, vins),
    ]);
    const stored: Folded = new Map([...versioned].filter(([vin]) => !missed.has(vin)));
    const inventories = shownBy(stored, mayJoin);
    const telling = inventories.filter(({ vin, mayJoin: may }) => may !== false || concerned.has(vin));
    const outcome = emptyOutcome();
    if (telling.length > 0) {
      const { now, shard } = context;
      const applied = await context.port.onInventory(client, telling, { now, shard });
      await noteApplied(client, applied, telling, now, outcome);
    }
    await client.query('COMMIT');
    note(stored, outcome);
    return { outcome, missed: [...missed] };
  } catch (error) {
    await client.query('ROLLBACK');
    if (isDatabaseFailure(error)) throw error;
    // Whatever is wrong with one of them is found where they are read.
    return { outcome: emptyOutcome(), missed: vins };
  }
}

function rowsOf(versioned: VersionedVehicles): [VersionedState[], VersionChange[]] {
  const all = [...versioned.values()];
  return [all.map(stateOf), all.flatMap(changesOf)];
}

function stateOf({ before, vehicle, firstSequence }: Versioned): VersionedState {
  const { vin, fingerprint, configurationKey, ecuRevision, reportSequence, lastReportAt, clockSkewMs } =
    vehicle;
  return {
    vin,
    before,
    fingerprint,
    configurationKey,
    ecuRevision,
    firstSequence,
    sequence: reportSequence,
    at: lastReportAt ?? new Date(0),
    clockSkewMs,
  };
}

/** A row of the history each, as each of these ECUs changed once. */
function changesOf({ before, changes }: Versioned): VersionChange[] {
  return changes.history.map(({ vin, ecuId, softwareVersion, epoch, sequence, at }) => ({
    vin,
    ecuId,
    from: before.ecus.get(ecuId)?.softwareVersion ?? '',
    to: softwareVersion,
    epoch,
    sequence,
    at,
  }));
}
