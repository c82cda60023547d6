import { expect, test } from 'vitest';
import { type FilterableVehicle, matchesFilter } from './filter-evaluate.ts';
import { parseFilterText } from './filter-text.ts';

const now = new Date('2026-11-23T12:00:00Z');
const vehicle: FilterableVehicle = {
  vin: 'WVWZZZ1JZXW000001',
  model: 'Aurora',
  modelYear: 2024,
  region: 'DE-BY',
  timeZone: 'Europe/Berlin',
  tags: ['pilot', 'taxi'],
  skilledPersonOnly: false,
  online: true,
  lastSeenAt: new Date('2026-11-23T11:00:00Z'),
  ecus: [
    { type: 'BMS', hardwareVersion: 'H2', softwareVersion: '1.9' },
    { type: 'BMS', hardwareVersion: 'H1', softwareVersion: 'x' },
  ],
  campaigns: new Map([['c1', 'failed']]),
};
const orders = new Map([['BMS', { scheme: 'dotted' as const, lineage: new Map() }]]);

test.each([
  ['all', true],
  ['vin in (WVWZZZ1JZXW000001)', true],
  ['model = ("Borealis", "Aurora")', true],
  ['model = "aurora"', false],
  ['model not in ("Borealis", "Aurora")', false],
  ['region starts with ("FR", "DE")', true],
  ['time_zone != "Europe/Berlin"', false],
  ['tag = "pilot"', true],
  ['tag != "pilot"', false],
  ['tag starts with "ta"', true],
  ['year >= 2024 and year < 2025', true],
  ['offline', false],
  ['last_seen within 1 hour', true],
  ['last_seen within 59 minutes', false],
  ['last_seen before 59 minutes ago', true],
  ['ecu("BMS")', true],
  ['ecu("VCU")', false],
  ['ecu("BMS").software < "1.10.2"', true],
  ['ecu("BMS", hardware = "H1", software < "1.10.2")', false],
  ['ecu("BMS", hardware = "H1").software is unknown', true],
  ['ecu("BMS").hardware != "H1"', true],
  ['ecu("BMS").software > "0.1" and not ecu("BMS").software >= "2"', true],
  ['ecu("BMS").software < "y"', false],
  ['campaign("c1") = failed', true],
  ['campaign("c1") = any and not campaign("c2") = any', true],
  ['campaign("c1") = confirmed', false],
  ['skilled_person_only', false],
  ['not skilled_person_only or offline', true],
])('%s is %s', (text, expected) => {
  const parsed = parseFilterText(text);
  if (parsed.kind === 'error') throw new Error(parsed.errors[0]?.message);
  expect(matchesFilter(parsed.filter, vehicle, orders, now)).toBe(expected);
});

test('who was never seen was not seen within any time', () => {
  const never = { ...vehicle, lastSeenAt: null };
  expect(
    matchesFilter({ kind: 'lastSeen', operator: 'within', minutes: 5_000_000 }, never, orders, now),
  ).toBe(false);
  expect(matchesFilter({ kind: 'lastSeen', operator: 'before', minutes: 1 }, never, orders, now)).toBe(true);
});
