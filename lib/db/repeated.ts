import { createHash } from 'node:crypto';
import type pg from 'pg';

/** So many statements have a name; beyond that they are planned anew each time. */
const MAX_NAMED = 100;
const names = new Map<string, string>();

/**
 * A statement that is built at run time and sent again and again: under a name of its own each connection parses it
 * once, and Postgres plans it for whatever values when that is as good. The name follows from the text.
 */
export function repeated(text: string, values: unknown[]): pg.QueryConfig {
  const name = nameOf(text);
  return name === undefined ? { text, values } : { name, text, values };
}

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MAX_NAMED) return known;
  const name = `r_${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;
  names.set(text, name);
  return name;
}
