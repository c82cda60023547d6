import { expect, test } from 'vitest';
import { formatBytes, formatDuration, formatRelative, formatShare } from './format.ts';

test.each([
  [0, 0, '–'],
  [0, 5, '0 %'],
  [5, 5, '100 %'],
  [1, 1_000_000, '< 0.1 %'],
  [999_999, 1_000_000, '> 99.9 %'],
  [12, 80, '15 %'],
])('%d of %d is %s: what is not all never reads 100 %%, what is not none never 0 %%', (part, whole, text) => {
  expect(formatShare(part, whole)).toBe(text);
});

test.each([
  [12, '12 ms'],
  [1_520, '1.5 s'],
  [59_000, '59 s'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
  [273_600_000, '3 d 4 h'],
])('%d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [999, '999 B'],
  [1_400_000, '1.4 MB'],
  [16_000_000_000, '16.0 GB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('instants are said relative to a given now, in both directions', () => {
  const now = new Date('2026-11-23T12:00:00Z');
  expect(formatRelative(new Date('2026-11-23T11:57:00Z'), now)).toBe('3 min ago');
  expect(formatRelative(new Date('2026-11-23T14:00:00Z'), now)).toBe('in 2 h');
  expect(formatRelative(now, now)).toBe('now');
});
