import { afterAll, expect, it } from 'vitest';
import { createTestDatabase } from '#e2e/fixtures/database.ts';
import { type Column, rowSource } from './row-source.ts';

const database = await createTestDatabase();
afterAll(() => database.drop());

type Row = {
  id: string;
  text: string | null;
  at: Date | null;
  flag: boolean;
  list: string[];
  json: unknown;
  n: number;
};

const columns: readonly Column<Row>[] = [
  ['id', 'text', (row) => row.id],
  ['text', 'text', (row) => row.text],
  ['at', 'timestamptz', (row) => row.at],
  ['flag', 'boolean', (row) => row.flag],
  ['list', 'text[]', (row) => row.list],
  ['json', 'jsonb', (row) => row.json],
  ['n', 'float8', (row) => row.n],
];

const at = new Date('2026-11-23T12:00:00.123Z');
const odd: Row = {
  id: 'a"b\\c,{d}',
  text: 'NULL',
  at,
  flag: true,
  list: ['x,y', '"', '\\', ''],
  json: { a: [1, '"\\'] },
  n: 1.5,
};
const plain: Row = { id: '', text: null, at: null, flag: false, list: [], json: {}, n: -2 };

it.each([
  ['that differ', [odd, plain]],
  [
    'that are the same',
    [
      { ...odd, id: '1' },
      { ...odd, id: '2' },
    ],
  ],
  [
    'that are empty',
    [
      { ...plain, id: '1' },
      { ...plain, id: '2' },
    ],
  ],
  ['of one row', [odd]],
  ['of one empty row', [plain]],
  ['with control characters', [{ ...odd, id: 'a\x1fb' }, { ...plain, id: '\x1e', text: '\x1e' }, odd]],
])('gives Postgres the values %s', async (_, rows) => {
  const source = rowSource(rows, columns, 2);
  const { rows: back } = await database.pool.query(
    `SELECT r.*, $1::text AS other FROM ${source.sql} AS r ORDER BY id`,
    ['other', ...source.values],
  );
  const expected = rows.map((row) => ({ ...row, other: 'other' })).sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(back).toEqual(expected);
});
