import { sqlArrayText } from '#lib/db/sql-array.ts';

/** A column of rows that go to Postgres: its name, its type, and its value of a row. */
export type Column<Row> = readonly [name: string, type: string, read: (row: Row) => unknown];

/** Rows as a table expression of SQL, with the values that it takes. */
export type RowSource = { sql: string; values: unknown[] };

/**
 * Many rows as one table expression with the given columns. A column that is the same in all rows, as most are,
 * travels once; the others travel as arrays. The first column is the key and always differs.
 */
export function rowSource<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  firstParameter = 1,
): RowSource {
  const values: unknown[] = [];
  const varying: { name: string; array: string; type: string }[] = [];
  const listed: string[] = [];
  for (const [index, [name, type, read]] of columns.entries()) {
    const place = `$${firstParameter + values.length}`;
    const texts = index > 0 && isOneValue(rows, read) ? [] : rows.map((row) => textOf(read(row)));
    const [first = textOf(rows[0] && read(rows[0]))] = texts;
    if (index > 0 && texts.every((text) => text === first)) {
      values.push(first);
      listed.push(`${place}::${type} AS ${name}`);
    } else {
      const list = listOf(texts, place);
      values.push(list.value);
      varying.push({ name, array: list.array, type });
      listed.push(`u.${name}::${type} AS ${name}`);
    }
  }
  const arrays = varying.map(({ array }) => array).join(', ');
  const names = varying.map(({ name }) => name).join(', ');
  return { sql: `(SELECT ${listed.join(', ')} FROM unnest(${arrays}) AS u(${names}))`, values };
}

/** Tells at a glance, without making texts of them, that a column's values are the same. */
function isOneValue<Row>(rows: readonly Row[], read: (row: Row) => unknown): boolean {
  const first = rows[0] && read(rows[0]);
  return rows.every((row) => read(row) === first);
}

/** Control characters that hardly any text holds: Postgres splits at them faster than it reads an array's quotes. */
const BETWEEN = '\x1f';
const NULL = '\x1e';

/** Texts as one parameter, and the array that SQL makes of it. */
function listOf(texts: readonly (string | null)[], place: string): { value: string; array: string } {
  const joined = texts.map((text) => text ?? NULL).join(BETWEEN);
  const isPlain = joined !== '' && !texts.some((text) => text?.includes(BETWEEN) || text?.includes(NULL));
  if (!isPlain) return { value: sqlArrayText(texts), array: `${place}::text[]` };
  return { value: joined, array: `string_to_array(${place}::text, E'\\x1f', E'\\x1e')` };
}

/** A value as Postgres reads it from text; objects as JSON, arrays as arrays. */
function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return sqlArrayText(value.map(textOf));
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
