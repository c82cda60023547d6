import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { fingerprintOf } from './fingerprint.ts';

const tcu = { serial: 'TCU0000001', softwareVersion: '4.1.0' };
const ecus = [
  { ecuId: 'IVI', type: 'IVI', hardwareVersion: 'IVI-H3', softwareVersion: '2.10.0', status: 'ok' },
  {
    ecuId: 'BMS',
    type: 'BMS',
    hardwareVersion: 'BMS-96S',
    softwareVersion: '39990-TLA-A030\0',
    status: 'ok',
  },
];

describe('the fingerprint', () => {
  it('is the documented value', () => {
    // Computed with another language's SHA-256 and JSON.
    expect(fingerprintOf({ tcu, ecus })).toBe('UzIrUdYUPZ48UDP4mqiyCg');
  });

  it('does not depend on the order of ECUs or members, but on every value as sent', () => {
    const turned = ecus.toReversed().map((ecu) => Object.fromEntries(Object.entries(ecu).toReversed()));
    expect(fingerprintOf({ tcu, ecus: turned as typeof ecus })).toBe(fingerprintOf({ tcu, ecus }));
    const [first, second] = ecus;
    if (!first || !second) throw new Error('two ECUs');
    for (const changed of [
      { ...second, status: 'fault' },
      { ...second, softwareVersion: '39990-TLA-A030' },
    ]) {
      expect(fingerprintOf({ tcu, ecus: [first, changed] })).not.toBe(fingerprintOf({ tcu, ecus }));
    }
    expect(fingerprintOf({ tcu: { ...tcu, serial: 'other' }, ecus })).not.toBe(fingerprintOf({ tcu, ecus }));
  });
});

describe('canonical JSON (RFC 8785)', () => {
  it('is JSON of the same value, whatever the order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(canonicalJson({ b: 1, a: [true, null, '€\n'], '\u20ac': 1e21 })).toBe(
      '{"a":[true,null,"€\\n"],"b":1,"€":1e+21}',
    );
  });

  it('refuses what JSON cannot hold', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, () => 1])
      expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});
