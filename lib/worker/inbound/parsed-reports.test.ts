import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TopicNames } from '#lib/protocol/topics.ts';
import { KnownReports } from './known-reports.ts';
import { parseMessage, type ReportMemory } from './parse.ts';
import { ParsedReports } from './parsed-reports.ts';
import { ReportBytes } from './report-bytes.ts';

const names = TopicNames.parse({});
const vin = 'WVWZZZ1JZ00000001';

type Ecu = Record<string, unknown>;
type Report = { ecus: Ecu[] } & Record<string, unknown>;

function memoryOf(capacity = 10): ReportMemory {
  return { known: new KnownReports(10), parsed: new ParsedReports(capacity) };
}

function read(payload: Buffer, memory?: ReportMemory) {
  const raw = { topic: `ECU_Details/${vin}`, payload, qos: 1 as const, receivedAt: new Date(0) };
  return parseMessage(names, raw, memory);
}

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

/** Texts that are easy to cut wrongly, and those that versions are escaped from. */
const text = fc.oneof(
  fc.constantFrom(
    '1.0',
    '1.10',
    'a"b',
    '\\',
    '"ecus":[',
    '},{',
    ']',
    '}',
    'ü',
    '\0',
    ' ',
    '\u2028',
    'v\\"}',
    '',
  ),
  fc.string({ maxLength: 6, unit: 'binary' }),
);
const ecu = fc.record(
  {
    type: fc.oneof(fc.constant('BMS'), text),
    hardwareVersion: text,
    softwareVersion: text,
    serial: text,
    status: fc.constantFrom('ok', 'fault'),
    faults: fc.array(text, { maxLength: 2 }),
    more: fc.jsonValue({ maxDepth: 2 }),
    toJSON: fc.constant(1),
  },
  { requiredKeys: ['type', 'hardwareVersion', 'softwareVersion', 'status'] },
);
const ids = fc.uniqueArray(fc.constantFrom('TCU', 'BMS', 'IVI', 'GW', 'A', 'a:1'), { minLength: 1 });
const report: fc.Arbitrary<Report> = ids.chain((ecuIds) =>
  fc.tuple(...ecuIds.map((ecuId) => ecu.map((rest): Ecu => ({ ecuId, ...rest })))).map((ecus) => ({
    v: 1,
    vin,
    sequence: 1,
    reportedAt: '2026-01-01T00:00:00Z',
    tcu: { serial: 'T', softwareVersion: '1' },
    ecus,
  })),
);

/** What the next report may be like. */
const change = fc.oneof(
  fc
    .tuple(fc.nat(), fc.constantFrom('softwareVersion', 'serial', 'faults', 'ecuId', 'status', 'x'), text)
    .map(([at, key, value]) => (before: Report) => ({
      ...before,
      ecus: before.ecus.map((one, place) =>
        place === at % before.ecus.length ? { ...one, [key]: key === 'faults' ? [value] : value } : one,
      ),
    })),
  fc.constantFrom(
    (before: Report) => ({ ...before, ecus: before.ecus.toReversed() }),
    (before: Report) => ({ ...before, ecus: before.ecus.slice(1) }),
    (before: Report) => ({ ...before, ecus: [...before.ecus, ...before.ecus.slice(0, 1)] }),
    (before: Report) => ({ ...before, ecus: [...before.ecus, { ...before.ecus[0], ecuId: 'NEW' }] }),
    (before: Report) => ({ ...before, tcu: { serial: 'U ', softwareVersion: '2' } }),
    (before: Report) => ({ ...before, tcu: { serial: '', softwareVersion: '2' } }),
    (before: Report) => ({ ...before, vin: 'WVWZZZ1JZ00000002' }),
    (before: Report) => ({ a: { ecus: [1] }, ...before }),
    (before: Report) => ({ ...before, z: [{ ecus: [] }] }),
    (before: Report) => ({ ...before, sequence: 0 }),
    (before: Report) => ({ ...before, more: 'a"ecus":[' }),
  ),
);
/** Damage that no JSON library does. */
const damage = fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...Buffer.from('{}[]",:\\ u0\xff', 'latin1')));

function damaged(payload: Buffer, [at, count, byte]: [number, number, number]): Buffer {
  const place = at % payload.length;
  return Buffer.concat([payload.subarray(0, place), Buffer.from([byte]), payload.subarray(place + count)]);
}

test('with a memory a report is read as it is without', () => {
  fc.assert(
    fc.property(report, fc.array(change, { maxLength: 4 }), fc.option(damage), (first, changes, harm) => {
      const memory = memoryOf();
      let current = first;
      expect(read(bytes(current), memory)).toEqual(read(bytes(current)));
      for (const [index, next] of changes.entries()) {
        current = { ...next(current), sequence: current.sequence === 0 ? 0 : index + 2 };
        const payload = bytes(current);
        expect(read(payload, memory)).toEqual(read(payload));
      }
      if (!harm) return;
      const payload = damaged(bytes(current), harm);
      expect(read(payload, memory)).toEqual(read(payload));
      expect(read(bytes(current), memory)).toEqual(read(bytes(current)));
    }),
    { numRuns: 250 },
  );
});

const known = {
  v: 1,
  vin,
  sequence: 1,
  tcu: { serial: 'T ', softwareVersion: '1' },
  ecus: ['IVI', 'BMS', 'GW'].map((ecuId) => ({
    ecuId,
    type: ecuId,
    hardwareVersion: 'H',
    softwareVersion: '1\0',
    status: 'ok',
  })),
};

/** Whether the parts suffice once `known` was read. */
function isReparsed(payload: Buffer, capacity?: number, between: Buffer[] = []): boolean {
  const memory = memoryOf(capacity);
  for (const one of [bytes(known), ...between]) read(one, memory);
  const cut = ReportBytes.of(payload);
  return cut !== undefined && memory.parsed.reparse(vin, cut) !== undefined;
}

const updated = {
  ...known,
  sequence: 2,
  ecus: known.ecus.with(1, { ...known.ecus[0], ecuId: 'BMS' } as never),
};

test('of a report that differs in an ECU the parts suffice, those that stayed being the same objects', () => {
  const memory = memoryOf();
  const first = read(bytes(known), memory);
  const second = read(bytes(updated), memory);
  if (first.kind !== 'report' || second.kind !== 'report') throw new Error('no report');
  expect(isReparsed(bytes(updated))).toBe(true);
  expect(second.report.ecus.map((one, place) => one === first.report.ecus[place])).toEqual([
    true,
    false,
    true,
  ]);
});

/** `updated` with its ECUs in another member, and none of its own. */
const hidden = (own: string) => `${JSON.stringify(updated).replace('"ecus"', `${own},"a":{"ecus"`)}}`;

test.each<[string, string]>([
  ['a list that hides in another member', hidden('"ecus": []')],
  ['one behind a name with an escape', hidden('"\\u0065cus":[]')],
  ['white space', JSON.stringify(updated, undefined, 1)],
  ['a list that does not end', JSON.stringify(updated).replace('}]', '},]')],
  ['another TCU', JSON.stringify({ ...updated, tcu: { serial: 'T', softwareVersion: '1' } })],
  ['a report of someone else', JSON.stringify({ ...updated, vin: 'WVWZZZ1JZ00000002' })],
])('not of %s', (_, payload) => {
  expect(isReparsed(Buffer.from(payload))).toBe(false);
});

test('the vehicle read longest ago is forgotten first', () => {
  const other = 'WVWZZZ1JZ00000003';
  const raw = { topic: `ECU_Details/${other}`, payload: bytes({ ...known, vin: other }), qos: 1 as const };
  const memory = memoryOf(1);
  read(bytes(known), memory);
  parseMessage(names, { ...raw, receivedAt: new Date(0) }, memory);
  const cut = ReportBytes.of(bytes(updated));
  expect(cut && memory.parsed.reparse(vin, cut)).toBeUndefined();
});
