import { afterAll, expect, test } from 'vitest';
import { createTestDatabase } from '#e2e/fixtures/database.ts';
import { columns } from './columns.ts';

const database = await createTestDatabase();
afterAll(() => database.drop());

test('every text, number and instant arrives as it was given', async () => {
  const at = new Date('2026-11-23T12:00:00.123Z');
  const texts = [
    'plain',
    '',
    'NULL',
    'null',
    'a "b" \\ c',
    '{x,y}',
    'ü 😀',
    ' padded ',
    'line\nbreak',
    "o'k",
  ];
  const given = texts.map((text, index) => ({ text, number: index * 1e15, flag: index % 2 === 0, at }));
  const { rows } = await database.pool.query(
    `SELECT * FROM unnest($1::text[], $2::bigint[], $3::bool[], $4::timestamptz[]) AS t (text, number, flag, at)`,
    columns(
      given,
      (row) => row.text,
      (row) => row.number,
      (row) => row.flag,
      (row) => row.at,
    ),
  );
  expect(rows.map((row) => ({ ...row, number: Number(row.number) }))).toEqual(given);
});

test('what is absent is NULL, and no rows are an empty array', async () => {
  const read = (value: null | undefined) => value;
  const { rows } = await database.pool.query('SELECT $1::text[] AS some, $2::text[] AS none', [
    ...columns([null, undefined], read),
    ...columns([], read),
  ]);
  expect(rows).toEqual([{ some: [null, null], none: [] }]);
});
