import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EcuDetailsFull } from '#lib/protocol/ecu-details.ts';
import type { PresenceMessage, RawMessage, ReportMessage, StatusMessage } from '../messages.ts';
import { LATE_WINDOW } from './fold-older.ts';
import { type FoldableMessage, foldVehicle, REQUEST_INTERVAL_MS } from './fold-vehicle.ts';
import type { HistoryRow, StoredStatus, VehicleChanges, VehicleRecord } from './vehicle-record.ts';

const vin = 'WVWZZZ1JZ00000001';
const start = Date.UTC(2026, 0, 1);
const raw = (atMs = 0): RawMessage => ({
  topic: `ECU_Details/${vin}`,
  payload: Buffer.alloc(0),
  qos: 1,
  receivedAt: new Date(start + atMs),
});

function newVehicle(): VehicleRecord {
  return {
    vin,
    fingerprint: null,
    configurationKey: null,
    epoch: 1,
    sequence: 0,
    reportSequence: 0,
    tcuSerial: null,
    tcuSoftwareVersion: null,
    tcuReplacedAt: null,
    online: false,
    connectionId: null,
    presenceAt: null,
    firstSeenAt: null,
    lastSeenAt: null,
    lastReportAt: null,
    clockSkewMs: null,
    reportRequestedAt: null,
    statusCount: 0,
    ecuRevision: 0,
    formerSerials: [],
    ecus: new Map(),
  };
}

/** `null` stands for a report without the ECU. */
function report(sequence: number, version: string | null, serial = 'T1', atMs = 0): ReportMessage {
  const part = { type: 'BMS', hardwareVersion: 'H', status: 'ok' };
  const ecus = [{ ecuId: 'GW', softwareVersion: '1', ...part }];
  if (version !== null) ecus.push({ ecuId: 'BMS', softwareVersion: version, ...part });
  const parsed = EcuDetailsFull.parse({ v: 1, vin, sequence, tcu: { serial, softwareVersion: '1' }, ecus });
  const fingerprint = `${serial}|${version}`;
  return { kind: 'report', vin, raw: raw(atMs), sequence, report: parsed, fingerprint, slice: undefined };
}

function status(sequence: number, phase: StatusMessage['status']['phase']): StatusMessage {
  return {
    kind: 'status',
    vin,
    raw: raw(),
    sequence,
    status: { v: 1, sequence, campaignId: 'c', attempt: 1, phase },
  };
}

function presence(state: 'online' | 'offline', connectionId: string): PresenceMessage {
  return { kind: 'presence', vin, raw: raw(), presence: { v: 1, state, connectionId } };
}

/** A store that keeps what the database would. */
class Stored {
  readonly vehicle = newVehicle();
  readonly history = new Map<string, HistoryRow>();
  readonly statuses = new Map<number, StoredStatus>();

  fold(messages: readonly FoldableMessage[], atMs = 0): VehicleChanges {
    const now = new Date(start + atMs);
    const changes = foldVehicle(this.vehicle, messages, {
      history: [...this.history.values()],
      statuses: this.statuses,
      now,
    });
    for (const row of changes.history) {
      const key = `${row.ecuId}|${row.epoch}|${row.sequence}`;
      expect(this.history.has(key), `${key} twice`).toBe(false);
      this.history.set(key, row);
    }
    for (const { message } of changes.statuses) {
      const { campaignId, attempt, phase } = message.status;
      this.statuses.set(message.sequence, { campaignId, attempt, phase, ecuId: null });
    }
    return changes;
  }

  /** Versions of the changing ECU in order; `null` where it is missing. */
  versions(): [sequence: number, version: string | null][] {
    return [...this.history.values()]
      .filter((row) => row.ecuId === 'BMS')
      .sort((a, b) => a.sequence - b.sequence)
      .map((row) => [row.sequence, row.state === 'missing' ? null : row.softwareVersion]);
  }
}

/** Deliveries: every sequence at least once, in any order, repeated and cut into batches at random. */
function deliveries(count: number) {
  const sequences = Array.from({ length: count }, (_, index) => index + 1);
  return fc
    .tuple(
      fc.shuffledSubarray(sequences, { minLength: count }),
      fc.array(fc.constantFrom(...sequences)),
      fc.infiniteStream(fc.integer({ min: 1, max: 4 })),
    )
    .map(([once, again, sizes]) => {
      const order = [...once, ...again];
      const batches: number[][] = [];
      while (order.length > 0) batches.push(order.splice(0, sizes.next().value ?? 1));
      return batches;
    });
}

test('whatever the order, the current state is that of the highest sequence and the history ends with it', () => {
  const version = fc.constantFrom('A', 'B', 'C', null);
  fc.assert(
    fc.property(
      fc
        .array(version, { minLength: 1, maxLength: 8 })
        .chain((shown) => fc.tuple(fc.constant(shown), deliveries(shown.length))),
      ([shown, batches]) => {
        const stored = new Stored();
        for (const batch of batches)
          stored.fold(batch.map((sequence) => report(sequence, shown[sequence - 1] ?? null)));
        const last = shown.at(-1) ?? null;
        const ecu = stored.vehicle.ecus.get('BMS');
        expect(ecu?.state === 'present' ? ecu.softwareVersion : null).toBe(last);
        expect(stored.vehicle).toMatchObject({
          epoch: 1,
          sequence: shown.length,
          reportSequence: shown.length,
        });
        if (ecu) expect(stored.versions().at(-1)?.[1]).toBe(last);
        for (const [sequence, seen] of stored.versions()) expect(seen).toBe(shown[sequence - 1] ?? null);
      },
    ),
    { numRuns: 500 },
  );
});

test('versions that never come back are in the history exactly once, whatever the order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 8 }).chain((steps) => {
        const shown = steps.map(
          (_, index) => `v${steps.slice(0, index + 1).reduce((sum, step) => sum + step, 0)}`,
        );
        return fc.tuple(fc.constant(shown), deliveries(shown.length));
      }),
      ([shown, batches]) => {
        const stored = new Stored();
        for (const batch of batches)
          stored.fold(batch.map((sequence) => report(sequence, shown[sequence - 1] ?? null)));
        expect(stored.versions().map(([, version]) => version)).toEqual([...new Set(shown)]);
      },
    ),
    { numRuns: 500 },
  );
});

test('in order, the history holds every change at its sequence', () => {
  const stored = new Stored();
  stored.fold(['A', 'A', 'B', null, 'B', 'A'].map((version, index) => report(index + 1, version)));
  expect(stored.versions()).toEqual([
    [1, 'A'],
    [3, 'B'],
    [4, null],
    [5, 'B'],
    [6, 'A'],
  ]);
});

test('a repeated report is acknowledged and changes nothing', () => {
  const stored = new Stored();
  stored.fold([report(1, 'A'), report(2, 'B')]);
  const again = stored.fold([report(1, 'A')]);
  expect(again).toMatchObject({ acknowledge: 1, history: [], timeline: [], request: undefined });
});

test.each([
  ['other content at a known sequence', 1, 'B'],
  ['an unknown sequence far below', 5, 'C'],
])('a counter that was lost shows by %s', (_, sequence, version) => {
  const stored = new Stored();
  stored.fold([report(1, 'A')]);
  stored.fold([report(LATE_WINDOW + 10, 'A')]);
  const lost = stored.fold([report(sequence, version)], REQUEST_INTERVAL_MS);
  expect(lost).toMatchObject({ acknowledge: 0, history: [], request: { minSequence: LATE_WINDOW + 10 } });
  expect(lost.timeline.map((row) => row.kind)).toEqual(['counter_lost']);
  expect(stored.fold([report(sequence, version)], REQUEST_INTERVAL_MS + 1).request).toBeUndefined();
});

test('a status under a number that meant another one is not taken, and the counter is asked to rise', () => {
  const stored = new Stored();
  stored.fold([report(1, 'A'), status(2, 'received')]);
  expect(stored.fold([status(2, 'received')])).toMatchObject({
    statuses: [],
    acknowledge: 2,
    request: undefined,
  });
  expect(stored.fold([status(2, 'declined')])).toMatchObject({
    statuses: [],
    acknowledge: 0,
    request: { minSequence: 2 },
  });
});

test('a new serial opens an epoch and holds offers; its predecessor is refused', () => {
  const stored = new Stored();
  stored.fold([report(7, 'A')]);
  const replaced = stored.fold([report(1, 'A', 'T2')]);
  expect(stored.vehicle).toMatchObject({
    epoch: 2,
    sequence: 1,
    reportSequence: 1,
    tcuSerial: 'T2',
    formerSerials: ['T1'],
  });
  expect(stored.vehicle.tcuReplacedAt).not.toBeNull();
  expect(replaced.timeline.map((row) => row.kind)).toEqual(['tcu_replaced']);
  expect(replaced.openedEpochs).toMatchObject([{ epoch: 2, serial: 'T2' }]);
  expect(stored.fold([report(8, 'B')]).rejected).toMatchObject([{ reason: 'replaced_tcu', vin }]);
  expect(stored.vehicle).toMatchObject({ epoch: 2, sequence: 1, tcuSerial: 'T2' });
});

test.each([
  [
    'the will of the same connection',
    [presence('online', 'c-000001'), presence('offline', 'c-000001')],
    false,
  ],
  [
    'the will of an earlier connection',
    [presence('online', 'c-000001'), presence('online', 'c-000002'), presence('offline', 'c-000001')],
    true,
  ],
])('presence after %s', (_, messages, online) => {
  const stored = new Stored();
  stored.fold(messages);
  expect(stored.vehicle.online).toBe(online);
});

test('a replaced TCU that comes with its first status leaves no doubt whose numbers they are', () => {
  const stored = new Stored();
  stored.fold([report(1, 'A'), status(2, 'received')]);
  const changes = stored.fold([report(1, 'A', 'T2'), status(2, 'received')]);
  expect(changes.statuses.map(({ epoch, message }) => [epoch, message.sequence])).toEqual([[2, 2]]);
  expect(changes.timeline.map(({ kind }) => kind)).toEqual(['tcu_replaced']);
  expect(changes.acknowledge).toBe(2);
});

test('the last word of the old TCU stays in its epoch, also in one batch with the first of the new one', () => {
  const stored = new Stored();
  stored.fold([report(10, 'A')]);
  const changes = stored.fold([status(60, 'installed'), report(1, 'A', 'T2')]);
  expect(changes.statuses.map(({ epoch, message }) => [epoch, message.sequence])).toEqual([[1, 60]]);
  expect(stored.vehicle).toMatchObject({ epoch: 2, sequence: 1, reportSequence: 1 });
});

test('a vehicle is online by its messages until it tells its presence for the first time', () => {
  const stored = new Stored();
  expect(stored.fold([report(1, 'A')]).presence).toEqual(['wentOnline']);
  expect(stored.vehicle).toMatchObject({ online: true, presenceAt: null });
  expect(stored.fold([report(2, 'A')]).presence).toEqual([]);
  // Silence took it offline; a repeated message from before tells nothing new, the next one does.
  stored.vehicle.online = false;
  expect(stored.fold([report(3, 'B', 'T1', 1)]).presence).toEqual(['wentOnline']);
  expect(stored.fold([presence('online', 'c-1')]).presence).toEqual([]);
  expect(stored.fold([presence('offline', 'c-1')]).presence).toEqual(['wentOffline']);
  expect(stored.fold([report(4, 'A', 'T1', 2)]).presence).toEqual([]);
  expect(stored.vehicle.online).toBe(false);
});
