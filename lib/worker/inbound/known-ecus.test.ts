import { expect, test } from 'vitest';
import type { EcuRecord, VehicleRecord } from './fold/vehicle-record.ts';
import { KnownEcus } from './known-ecus.ts';

const ecus = new Map<string, EcuRecord>();

function vehicle(vin: string, more: Partial<VehicleRecord> = {}): VehicleRecord {
  return {
    vin,
    fingerprint: 'f',
    configurationKey: 'k',
    epoch: 1,
    sequence: 1,
    reportSequence: 1,
    tcuSerial: 'T',
    tcuSoftwareVersion: '1',
    tcuReplacedAt: null,
    online: true,
    connectionId: null,
    presenceAt: null,
    firstSeenAt: null,
    lastSeenAt: null,
    lastReportAt: null,
    clockSkewMs: null,
    reportRequestedAt: null,
    statusCount: 0,
    ecuRevision: 1,
    formerSerials: [],
    ecus,
    ...more,
  };
}

test('an entry is taken once, until it is put back', () => {
  const known = new KnownEcus(10);
  known.put(vehicle('A'));
  expect(known.take(vehicle('A', { sequence: 9, lastSeenAt: new Date() }))).toBe(ecus);
  expect(known.take(vehicle('A'))).toBeUndefined();
});

test.each<Partial<VehicleRecord>>([
  { ecuRevision: 2 },
  { fingerprint: 'other' },
  { fingerprint: null },
  { configurationKey: 'other' },
])('it does not hold for a row that says otherwise: %o', (more) => {
  const known = new KnownEcus(10);
  known.put(vehicle('A'));
  expect(known.take(vehicle('A', more))).toBeUndefined();
});

test('what was put longest ago is forgotten first', () => {
  const known = new KnownEcus(2);
  for (const vin of ['A', 'B', 'A', 'C']) known.put(vehicle(vin));
  expect(['A', 'B', 'C'].map((vin) => known.take(vehicle(vin)) === ecus)).toEqual([true, false, true]);
});
