import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { openPieces, type Pieces } from './pieces.ts';

const content = randomBytes(1_000);
const small = { pieceBytes: 100, mostKept: 4, quietMs: 50 };
let directory: string;
let pieces: Pieces;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'roadcast-pieces-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));
beforeEach(async () => {
  await store();
  pieces = openPieces(directory, small);
});

const store = () => writeFile(join(directory, 'file'), content);
const remove = () => rm(join(directory, 'file'));
const read = (start: number, end: number) => buffer(pieces.stream('file', { start, end }));

it.each([
  [0, 999],
  [0, 0],
  [99, 100],
  [100, 199],
  [150, 449],
  [999, 999],
])('streams the bytes %i to %i', async (start, end) => {
  expect((await read(start, end)).equals(content.subarray(start, end + 1))).toBe(true);
});

it('has at hand what somebody was sent, and only the newest of it', async () => {
  await read(0, 499);
  await remove();
  expect((await read(120, 480)).equals(content.subarray(120, 481))).toBe(true);
  await expect(read(0, 99)).rejects.toThrow('ENOENT');
});

it('reads a piece once for all who ask at the same time', async () => {
  const first = pieces.stream('file', { start: 0, end: 99 });
  const second = pieces.stream('file', { start: 50, end: 99 });
  const [one, other] = await Promise.all([first.toArray(), second.toArray()]);
  expect(one[0].buffer).toBe(other[0].buffer);
});

it('keeps nothing once nobody has downloaded for a while', async () => {
  await read(0, 99);
  await remove();
  await vi.waitFor(() => expect(read(0, 99)).rejects.toThrow('ENOENT'), 2_000);
});

it('tells of a file that is shorter than asked for, and keeps no failure', async () => {
  await expect(read(900, 1_200)).rejects.toThrow('file ends at 1000, before 1200');
  await remove();
  await expect(read(0, 99)).rejects.toThrow('ENOENT');
  await store();
  expect((await read(0, 99)).equals(content.subarray(0, 100))).toBe(true);
});
