import { expect, test } from 'vitest';
import { KnownReports, sliceOf } from './known-reports.ts';
import { ReportBytes } from './report-bytes.ts';

const vin = 'WVWZZZ1JZ00000001';
const report = (sequence: number, more: object = {}) => ({
  v: 1,
  vin,
  sequence,
  tcu: { serial: 'T', softwareVersion: '1' },
  ecus: [{ ecuId: 'BMS', faults: ['a]', '"ecus":['], status: 'ok' }],
  ...more,
});
function bytes(value: unknown): ReportBytes {
  const cut = ReportBytes.of(Buffer.from(JSON.stringify(value)));
  if (!cut) throw new Error('no report');
  return cut;
}

function knowing(value: object): KnownReports {
  const known = new KnownReports(10);
  known.set(vin, sliceOf(bytes(value), value), 'fingerprint');
  return known;
}

test('a report with the same ECUs and TCU is recognised, whatever its sequence', () => {
  const known = knowing(report(1));
  expect(known.recognise(vin, bytes(report(2, { reportedAt: '2026-01-01T00:00:00Z' })))).toEqual({
    sequence: 2,
    fingerprint: 'fingerprint',
    reportedAt: '2026-01-01T00:00:00Z',
  });
});

test.each([
  ['other ECUs', report(2, { ecus: [{ ecuId: 'BMS', status: 'ok' }] })],
  ['another TCU', report(2, { tcu: { serial: 'U', softwareVersion: '1' } })],
  ['another VIN', report(2, { vin: 'WVWZZZ1JZ00000002' })],
  ['no valid sequence', report(0)],
  ['a member hidden behind the ECUs', { ...report(2), z: [1] }],
])('a report with %s is not', (_, other) => {
  expect(knowing(report(1)).recognise(vin, bytes(other))).toBeUndefined();
});

test.each([
  ['an array follows the ECUs', { ...report(1), z: [1] }],
  ['another ecus comes first', { a: { ecus: [1] }, ...report(1) }],
  ['another ecus comes after', { ...report(1), z: { ecus: [1] } }],
])('nothing is remembered where %s', (_, value) => {
  expect(sliceOf(bytes(value), value)).toBeUndefined();
});

test('the vehicle heard least recently is forgotten first', () => {
  const known = new KnownReports(2);
  const slice = sliceOf(bytes(report(1)), report(1));
  for (const one of ['A', 'B', 'A', 'C']) known.set(one, slice, one);
  expect(known.size).toBe(2);
  const other = report(5, { vin: 'A' });
  expect(known.recognise('B', bytes(other))).toBeUndefined();
});
