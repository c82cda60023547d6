import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFilterText, printFilter } from './filter-text.ts';
import { targetFilterArbitrary } from './target-filter.arbitrary.ts';
import { TargetFilter } from './target-filter.ts';

const anyText = fc
  .oneof(fc.string({ minLength: 1, unit: 'binary' }), fc.constantFrom('"', "'", '\\x00', 'a\nb', '“x”'))
  .filter((text) => !text.includes('\0'));
const vocabulary = {
  text: { vin: anyText, model: anyText, region: anyText, timeZone: anyText, tag: anyText },
  ecuType: anyText,
  hardware: fc.oneof(anyText, fc.constant('')),
  software: fc.oneof(anyText, fc.constant('')),
  campaignId: anyText,
  year: fc.integer({ min: 1900, max: 2200 }),
  minutes: fc.oneof(fc.integer({ min: 1, max: 10 * 366 * 1440 }), fc.constantFrom(60, 1440, 10080, 20160)),
};

function parsed(text: string): TargetFilter {
  const result = parseFilterText(text);
  if (result.kind === 'error') throw new Error(JSON.stringify(result.errors));
  return result.filter;
}

test('what is printed reads back as the same filter', () => {
  fc.assert(
    fc.property(targetFilterArbitrary(vocabulary), (filter) => {
      expect(TargetFilter.safeParse(filter).success).toBe(true);
      expect(parsed(printFilter(filter))).toEqual(filter);
    }),
    { numRuns: 1000 },
  );
});

test('whatever is typed gives a filter of the schema or errors that lie inside the text', () => {
  const snippets = fc.constantFrom(
    'all',
    'any',
    'of',
    'not',
    'and',
    'or',
    '(',
    ')',
    'model',
    '=',
    '!=',
    'in',
    '"A"',
    ',',
    'year',
    '2023',
    'ecu',
    '.',
    'software',
    'is',
    'known',
    'last_seen',
    'within',
    '7',
    'days',
    'online',
    'campaign',
    'failed',
    'WVWZZZ1JZXW000001',
    '@',
    '"',
  );
  const typed = fc.oneof(
    fc.string(),
    fc.array(snippets, { maxLength: 12 }).map((words) => words.join(' ')),
  );
  fc.assert(
    fc.property(typed, (text) => {
      const result = parseFilterText(text);
      if (result.kind === 'ok') return TargetFilter.safeParse(result.filter).success;
      return (
        result.errors.length > 0 &&
        result.errors.every(({ offset, length }) => offset >= 0 && offset + length <= text.length)
      );
    }),
    { numRuns: 2000 },
  );
});

describe('reads', () => {
  test.each<[string, TargetFilter]>([
    ['all', { kind: 'all' }],
    ['  ALL\n', { kind: 'all' }],
    [
      'model in ("Aurora", \'Borealis\')',
      { kind: 'text', field: 'model', operator: 'in', values: ['Aurora', 'Borealis'] },
    ],
    [
      'vin in (WVWZZZ1JZXW000001, WVWZZZ1JZXW000002)',
      { kind: 'text', field: 'vin', operator: 'in', values: ['WVWZZZ1JZXW000001', 'WVWZZZ1JZXW000002'] },
    ],
    ['tag not in ("a", "b")', { kind: 'text', field: 'tag', operator: '!=', values: ['a', 'b'] }],
    [
      'time_zone starts with "Europe/"',
      { kind: 'text', field: 'timeZone', operator: 'starts', values: ['Europe/'] },
    ],
    ['offline', { kind: 'online', value: false }],
    ['online = false', { kind: 'online', value: false }],
    ['model_year>=2023', { kind: 'modelYear', operator: '>=', value: 2023 }],
    ['last_seen within 7 days', { kind: 'lastSeen', operator: 'within', minutes: 10080 }],
    ['last_seen not within 90 minutes', { kind: 'lastSeen', operator: 'before', minutes: 90 }],
    ['ecu("BMS")', { kind: 'ecu', ecuType: 'BMS' }],
    ['ecu("BMS").software is not known', { kind: 'ecu', ecuType: 'BMS', software: { operator: 'unknown' } }],
    [
      'ecu("BMS", hardware != "H2").software < "A\\x00B"',
      {
        kind: 'ecu',
        ecuType: 'BMS',
        hardware: { operator: '!=', value: 'H2' },
        software: { operator: '<', value: 'A\\x00B' },
      },
    ],
    ['campaign("c1") = FAILED', { kind: 'campaign', campaignId: 'c1', outcome: 'failed' }],
    ['campaign("c1") = any', { kind: 'campaign', campaignId: 'c1', outcome: 'any' }],
    ['skilled_person_only', { kind: 'skilledPersonOnly', value: true }],
  ])('%s', (text, filter) => {
    expect(parsed(text)).toEqual(filter);
  });

  test('and before or, not before both, parentheses before all', () => {
    const [a, b, c] = ['a', 'b', 'c'].map(
      (tag): TargetFilter => ({ kind: 'text', field: 'tag', operator: '=', values: [tag] }),
    );
    if (!a || !b || !c) throw new Error('unreachable');
    const text = (form: string) => parsed(form.replaceAll(/\b[abc]\b/g, (tag) => `tag = "${tag}"`));
    expect(text('a or b and not c')).toEqual({
      kind: 'or',
      filters: [a, { kind: 'and', filters: [b, { kind: 'not', filter: c }] }],
    });
    expect(text('(a or b) and c')).toEqual({ kind: 'and', filters: [{ kind: 'or', filters: [a, b] }, c] });
    expect(text('not (a and b)')).toEqual({ kind: 'not', filter: { kind: 'and', filters: [a, b] } });
  });

  test('100,000 VINs', () => {
    const vins = Array.from(
      { length: 100_000 },
      (_, index) => `WVWZZZ1JZXW${String(index).padStart(6, '0')}`,
    );
    expect(parsed(`vin in (${vins.join(',\n')})`)).toEqual({
      kind: 'text',
      field: 'vin',
      operator: 'in',
      values: vins,
    });
  });
});

describe('says what is wrong, and where', () => {
  test.each<[string, string, number, number]>([
    ['', 'the filter is empty; write “all” for the whole fleet', 0, 0],
    ['model =', 'expected a quoted text after =', 7, 0],
    ['model = Aurora', 'expected a quoted text after =, found Aurora', 8, 6],
    ['model Aurora', 'expected =, !=, in, not in or starts with after model, found Aurora', 6, 6],
    ['colour = "red"', 'expected a condition, found colour', 0, 6],
    ['online and', 'expected a condition after and', 10, 0],
    ['online offline', 'expected “and”, “or” or the end, found offline', 7, 7],
    ['(online', 'expected ) after online', 7, 0],
    ['online)', 'expected “and”, “or” or the end, found )', 6, 1],
    ['model in ("A" "B")', 'expected ) after "A", found "B"', 14, 3],
    ['model = "A', 'this " is never closed', 8, 2],
    ['model = “A”', 'write texts in straight quotes, like "this"', 8, 1],
    ['model in ()', 'expected a quoted text after (, found )', 10, 1],
    ['model = ""', 'this text must not be empty', 8, 2],
    ['year = 1066', 'expected a number from 1900 to 2200, found 1066', 7, 4],
    ['year = "2023"', 'expected a number after =, found "2023"', 7, 6],
    ['last_seen within 7', 'expected minutes, hours, days or weeks after 7', 18, 0],
    ['ecu("BMS").version = "1"', 'expected hardware or software after ., found version', 11, 7],
    ['campaign("c") = fine', '“fine” is no state of a vehicle in a campaign', 16, 4],
    ['ecu("A", software = "1").software = "2"', 'software is tested twice', 25, 8],
    [`${'('.repeat(101)}all${')'.repeat(101)}`, 'nested more than 100 levels deep', 100, 1],
    [`${'not '.repeat(101)}all`, 'nested more than 100 levels deep', 400, 3],
  ])('%s', (text, message, offset, length) => {
    const result = parseFilterText(text);
    expect(result).toMatchObject({ kind: 'error', errors: [{ message, offset, length }] });
  });

  test('by line and column, from 1', () => {
    expect(parseFilterText('online and\n  model = x')).toMatchObject({ errors: [{ line: 2, column: 11 }] });
  });

  test('at the 201st condition', () => {
    const text = Array.from({ length: 201 }, () => 'online').join(' or ');
    expect(parseFilterText(text)).toMatchObject({ kind: 'error' });
  });
});

test('every example of docs/filter.md is a filter', () => {
  const page = readFileSync(new URL('../../docs/filter.md', import.meta.url), 'utf8');
  const block = /```\n([^`]+)```/.exec(page)?.[1] ?? '';
  const rows = page.slice(page.indexOf('## Conditions')).matchAll(/^\| (`.*?`) \|/gm);
  const examples = [
    block,
    ...[...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text)),
  ];
  expect(examples.length).toBeGreaterThan(20);
  for (const example of examples) parsed(example);
});
