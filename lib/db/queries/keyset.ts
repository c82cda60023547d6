import { z } from 'zod';
import { ValidationError } from '../../errors.ts';

const Cursor = z
  .array(z.union([z.string(), z.number()]))
  .min(1)
  .max(4);

/** Where a page ended, as one opaque word for a URL. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** Reads a cursor back; one that was made up is a `ValidationError`. */
export function decodeCursor(cursor: string, parts: number): (string | number)[] {
  try {
    const values = Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (values.length === parts) return values;
  } catch (error) {
    throw new ValidationError('This page does not exist any more; go back to the first one.', {
      cause: error,
    });
  }
  throw new ValidationError('This cursor belongs to another order; go back to the first page.');
}

/** Splits rows that were read with one more than `limit` into a page and the cursor of the next one. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly (string | number)[],
): { rows: Row[]; next: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, next: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}
