import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesFilter } from './filter-evaluate.ts';
import { possibleBy } from './filter-possible.ts';
import { parseFilterText } from './filter-text.ts';
import { targetFilterArbitrary } from './target-filter.arbitrary.ts';

const now = new Date('2026-11-23T12:00:00Z');
const orders = new Map([['BMS', { scheme: 'dotted' as const, lineage: new Map() }]]);
const type = fc.constantFrom('BMS', 'VCU');
const hardware = fc.constantFrom('H1', 'H2');
const software = fc.constantFrom('1.9', '1.10.2', 'x');
const word = fc.constantFrom('a', 'ab', 'b');
const filter = targetFilterArbitrary({
  text: { vin: word, model: word, region: word, timeZone: word, tag: word },
  ecuType: type,
  hardware,
  software,
  campaignId: fc.constantFrom('c1', 'c2'),
  year: fc.integer({ min: 2021, max: 2025 }),
  minutes: fc.integer({ min: 1, max: 100 }),
});
const vehicle = fc.record({
  vin: word,
  model: word,
  modelYear: fc.integer({ min: 2021, max: 2025 }),
  region: word,
  timeZone: word,
  tags: fc.array(word, { maxLength: 2 }),
  skilledPersonOnly: fc.boolean(),
  online: fc.boolean(),
  lastSeenAt: fc.option(
    fc.integer({ min: 0, max: 200 }).map((ago) => new Date(now.getTime() - ago * 60_000)),
  ),
  ecus: fc.array(fc.record({ type, hardwareVersion: hardware, softwareVersion: software }), { maxLength: 3 }),
  campaigns: fc.constantFrom(new Map(), new Map([['c1', 'failed' as const]])),
});

test('what the ECUs alone decide is what the whole vehicle decides', () => {
  fc.assert(
    fc.property(filter, vehicle, (target, one) => {
      const possible = possibleBy(target, one.ecus, orders);
      if (possible !== 'unknown') expect(matchesFilter(target, one, orders, now)).toBe(possible === 'yes');
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['all', 'yes'],
  ['ecu("BMS").software >= "1.10"', 'no'],
  ['ecu("BMS").software < "1.10"', 'yes'],
  ['not ecu("BMS").software >= "1.10"', 'yes'],
  ['model = "Aurora"', 'unknown'],
  ['model = "Aurora" and ecu("BMS").software >= "1.10"', 'no'],
  ['model = "Aurora" or ecu("BMS").software >= "1.10"', 'unknown'],
  ['online or ecu("BMS")', 'yes'],
  ['ecu("VCU")', 'no'],
])('%s is %s for a battery at 1.9', (text, expected) => {
  const parsed = parseFilterText(text);
  if (parsed.kind === 'error') throw new Error(parsed.errors[0]?.message);
  const ecus = [{ type: 'BMS', hardwareVersion: 'H1', softwareVersion: '1.9' }];
  expect(possibleBy(parsed.filter, ecus, orders)).toBe(expected);
});
