import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anEcu } from './catalog.fixture.ts';
import type { ConfiguredEcu } from './configuration.ts';
import { presenceOf } from './configuration.ts';
import { configurationKey } from './configuration-key.ts';

const ecus = [anEcu('BMS', '1.0.0'), anEcu('VCU', '2.0.0'), anEcu('CAM', 'cam-a')];

test('does not depend on order, serials or part numbers', () => {
  const key = configurationKey({ ecus });
  expect(key).toMatch(/^[\w-]{22}$/);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(ecus, { minLength: 3 }),
      (shuffled) => configurationKey({ ecus: shuffled }) === key,
    ),
  );
  expect(configurationKey({ ecus: ecus.map((ecu) => ({ ...ecu, serial: 'S', partNumber: 'P' })) })).toBe(key);
});

test('changes with everything that a verdict depends on', () => {
  const changes: Partial<ConfiguredEcu>[] = [
    { ecuId: 'B' },
    { type: 'B' },
    { hardwareVersion: 'H2' },
    { softwareVersion: '1' },
    { status: 'fault' },
    { state: 'missing' },
  ];
  const keys = changes.map((change) => configurationKey({ ecus: [anEcu('BMS', '1.0.0', change)] }));
  expect(new Set([...keys, configurationKey({ ecus: [anEcu('BMS', '1.0.0')] })]).size).toBe(
    changes.length + 1,
  );
});

test('a missing ECU is missing before it is swapped', () => {
  expect(presenceOf({ state: 'present', swappedAt: null })).toBe('present');
  expect(presenceOf({ state: 'present', swappedAt: new Date(0) })).toBe('swapped');
  expect(presenceOf({ state: 'missing', swappedAt: new Date(0) })).toBe('missing');
});
