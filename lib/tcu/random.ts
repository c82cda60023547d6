import { createHash } from 'node:crypto';

export type Random = () => number;

/** Random numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seededRandom(seed: string): Random {
  let state = createHash('sha256').update(seed, 'utf8').digest().readUInt32BE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One number in [0, 1) that depends on nothing but its name. */
export function drawnBy(name: string): number {
  return createHash('sha256').update(name, 'utf8').digest().readUInt32BE(0) / 2 ** 32;
}
