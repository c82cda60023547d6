import type { Plain } from '#lib/live/plain.ts';

/** A value as JSON would bring it to the page; what a live view or the API gives later has the same form. */
export function toPlain<T>(value: T): Plain<T> {
  return JSON.parse(JSON.stringify(value));
}
