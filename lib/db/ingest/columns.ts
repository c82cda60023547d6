/** What a column of `unnest` may hold. */
export type Cell = string | number | boolean | Date | null | undefined;

/** Turns rows into the array literals that `unnest` takes, in the order of the given readers. */
export function columns<Row>(rows: readonly Row[], ...readers: ((row: Row) => Cell)[]): string[] {
  return readers.map((read) => arrayLiteral(rows, read));
}

const SPECIAL = /["\\]/;

/** An array as Postgres reads it (§8.15.6 of its manual); every text is quoted. */
function arrayLiteral<Row>(rows: readonly Row[], read: (row: Row) => Cell): string {
  let literal = '{';
  for (const row of rows) {
    if (literal.length > 1) literal += ',';
    literal += elementOf(read(row));
  }
  return `${literal}}`;
}

function elementOf(cell: Cell): string {
  if (typeof cell === 'string')
    return SPECIAL.test(cell) ? `"${cell.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : `"${cell}"`;
  if (cell === null || cell === undefined) return 'NULL';
  return cell instanceof Date ? `"${cell.toISOString()}"` : String(cell);
}
