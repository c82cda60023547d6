import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

/** A browser that has answered its first tick. */
function answering(): Pace {
  const pace = new Pace();
  pace.answered(1, 0);
  return pace;
}

test('a peer that never answers is not judged', () => {
  const pace = new Pace();
  pace.asks(1, 0);
  pace.wrote(10_000_000);
  expect(pace.isSlow(60_000)).toBe(false);
});

test.each([
  ['nothing sent, half a second', 0, 500, false],
  ['nothing sent, two seconds', 0, 2_000, false],
  ['nothing sent, longer', 0, 2_001, true],
  ['much sent, half a second', 40_000, 500, false],
  ['much sent, longer', 40_000, 501, true],
  ['a little sent, longer', 30_000, 1_900, false],
])('an answer that is missing: %s', (_, bytes, ms, isSlow) => {
  const pace = answering();
  pace.asks(2, 0);
  pace.wrote(bytes);
  expect(pace.isSlow(ms)).toBe(isSlow);
});

test('a slow browser stays slow until an answer comes promptly; one answer is waited for at a time', () => {
  const pace = answering();
  pace.asks(2, 0);
  expect(pace.isSlow(3_000)).toBe(true);
  pace.asks(9, 3_000);
  expect(pace.answered(1, 4_000)).toBe(false);
  expect(pace.answered(2, 5_000)).toBe(true);
  expect(pace.isSlow(5_000)).toBe(true);
  pace.asks(10, 6_000);
  expect(pace.answered(10, 7_000)).toBe(true);
  expect(pace.isSlow(7_000)).toBe(true);
  pace.asks(11, 8_000);
  expect(pace.answered(11, 8_100)).toBe(true);
  expect(pace.isSlow(8_100)).toBe(false);
});
