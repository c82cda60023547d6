import { z } from 'zod';
import { ValidationError } from '../../errors.ts';

const Parts = {
  text: z.string().regex(/^[^\0]*$/),
  int: z.int32(),
  bigint: z.string().regex(/^\d{1,18}$/),
  instant: z.iso.datetime(),
} as const;

/** What a part of a cursor is compared with. */
export type CursorPart = keyof typeof Parts;

/** Where a page ended, as one opaque word for a URL. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** Reads a cursor back; one that was made up, or belongs to another order, is a `ValidationError`. */
export function decodeCursor(cursor: string, ...parts: readonly CursorPart[]): (string | number)[] {
  const values = z.array(z.unknown()).safeParse(parsed(cursor)).data ?? [];
  const found = parts.flatMap((part, index) => Parts[part].safeParse(values[index]).data ?? []);
  if (values.length === parts.length && found.length === parts.length) return found;
  throw new ValidationError('This page does not exist any more; go back to the first one.');
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
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
