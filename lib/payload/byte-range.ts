import type { ByteRange } from './store.ts';

/**
 * A `Range` header on a file of `length` bytes (RFC 9110 §14.2): the one range, `whole` where the header is
 * absent, not understood or names several (which a server may ignore), or `unsatisfiable`.
 */
export function parseRange(
  header: string | undefined,
  length: number,
): ByteRange | 'whole' | 'unsatisfiable' {
  const match = /^bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))$/.exec(header?.trim() ?? '');
  if (!match) return 'whole';
  const [, from, to, suffix] = match;
  if (suffix !== undefined) {
    const count = Math.min(Number(suffix), length);
    return count === 0 ? 'unsatisfiable' : { start: length - count, end: length - 1 };
  }
  const start = Number(from);
  const end = to ? Math.min(Number(to), length - 1) : length - 1;
  if (to && Number(to) < start) return 'whole';
  return start >= length ? 'unsatisfiable' : { start, end };
}
