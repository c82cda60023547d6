import { stringify } from 'csv-stringify/sync';

/** One page of a list and the cursor of the next one. */
type ListPage<Row> = { rows: readonly Row[]; next: string | null };

/** All pages of a list, one after the other, so that an export holds one page in memory. */
export async function* walkPages<Row>(
  read: (cursor: string | undefined) => Promise<ListPage<Row>>,
): AsyncGenerator<readonly Row[]> {
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    if (page.rows.length > 0) yield page.rows;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

/**
 * Rows as CSV in pieces to be sent as they come, a line of column names first. Instants are ISO 8601, lists of
 * texts parted by `|`, other structures JSON; what a spreadsheet would take for a formula is escaped.
 */
export async function* csvPieces<Name extends string, Row extends Record<Name, unknown>>(
  columns: readonly Name[],
  pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
): AsyncGenerator<string> {
  yield stringify([[...columns]], { escape_formulas: true });
  for await (const rows of pages) {
    yield stringify(
      rows.map((row) => columns.map((name) => cellOf(row[name]))),
      { escape_formulas: true },
    );
  }
}

function cellOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join('|');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
