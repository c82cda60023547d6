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
    const texts = rows.map((row) => textOf(read(row)));
    const place = `$${firstParameter + values.length}`;
    if (index > 0 && texts.every((text) => text === texts[0])) {
      values.push(texts[0]);
      listed.push(`${place}::${type} AS ${name}`);
    } else {
      values.push(sqlArrayText(texts));
      varying.push({ name, array: `${place}::text[]`, type });
      listed.push(`u.${name}::${type} AS ${name}`);
    }
  }
  const arrays = varying.map(({ array }) => array).join(', ');
  const names = varying.map(({ name }) => name).join(', ');
  return { sql: `(SELECT ${listed.join(', ')} FROM unnest(${arrays}) AS u(${names}))`, values };
}

/** A value as Postgres reads it from text; objects as JSON, arrays as arrays. */
function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return sqlArrayText(value.map(textOf));
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
