/** Turns rows into the arrays that `unnest` takes, in the order of the given readers. */
export function columns<Row>(rows: readonly Row[], ...readers: ((row: Row) => unknown)[]): unknown[][] {
  return readers.map((read) => rows.map(read));
}
