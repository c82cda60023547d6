import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Channel } from './channel.ts';
import { createRereads } from './rereads.ts';
import { defineView, type LiveContext } from './view.ts';

let loads: number;
let rereads: number;
let slow: Promise<void> | undefined;
let channel: Channel;

const view = defineView({
  name: 'counted',
  params: z.object({}),
  action: 'fleet.read',
  affectedBy: () => true,
  seenBy: () => true,
  async load() {
    loads += 1;
    await slow;
    return { loads, rereads };
  },
  async rereadAll(_context, _params, last) {
    rereads += 1;
    await slow;
    return last.map((one) => ({ ...one, rereads }));
  },
});

beforeEach(async () => {
  vi.useFakeTimers();
  loads = 0;
  rereads = 0;
  slow = undefined;
  channel = new Channel(
    1,
    'counted',
    view,
    {},
    {} as LiveContext,
    (read) => read(),
    createRereads({} as LiveContext, (read) => read()),
    () => undefined,
  );
  await vi.advanceTimersByTimeAsync(1_000);
});
afterEach(() => {
  channel.close();
  vi.useRealTimers();
});

test('what was only heard of is read in part, what changed whole', async () => {
  expect([loads, rereads]).toEqual([1, 0]);
  channel.touch('seen');
  await vi.advanceTimersByTimeAsync(1_000);
  expect([loads, rereads]).toEqual([1, 1]);
  expect(channel.snapshot()?.toString()).toContain('{"loads":1,"rereads":1}');
  channel.touch('seen');
  channel.touch();
  await vi.advanceTimersByTimeAsync(1_000);
  expect([loads, rereads]).toEqual([2, 1]);
});

test('what is heard of during a read is read in part after it, what changes during it whole', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  slow = promise;
  channel.touch();
  await vi.advanceTimersByTimeAsync(500);
  channel.touch('seen');
  resolve();
  await vi.advanceTimersByTimeAsync(1_000);
  expect([loads, rereads]).toEqual([2, 1]);

  const next = Promise.withResolvers<void>();
  slow = next.promise;
  channel.touch('seen');
  await vi.advanceTimersByTimeAsync(500);
  channel.touch();
  next.resolve();
  await vi.advanceTimersByTimeAsync(1_000);
  expect([loads, rereads]).toEqual([3, 2]);
});

test('what cannot be read in part is read whole', async () => {
  const gone = new Channel(
    3,
    'gone',
    { ...view, rereadAll: async () => [undefined] },
    {},
    {} as LiveContext,
    (read) => read(),
    createRereads({} as LiveContext, (read) => read()),
    () => undefined,
  );
  await vi.advanceTimersByTimeAsync(1_000);
  const before = loads;
  gone.touch('seen');
  await vi.advanceTimersByTimeAsync(1_000);
  gone.close();
  expect(loads).toBe(before + 1);
});

test('views that change all the time are read at the same instants, four times a second at most', async () => {
  const at: number[] = [];
  const steady = (name: string) =>
    new Channel(
      2,
      name,
      { ...view, load: async () => ({ at: at.push(Date.now()) }), leastMs: undefined, rereadAll: undefined },
      {},
      {} as LiveContext,
      (read) => read(),
      createRereads({} as LiveContext, (read) => read()),
      () => undefined,
    );
  const one = steady('one');
  await vi.advanceTimersByTimeAsync(70);
  const other = steady('other');
  const touching = setInterval(() => [one, other].map((each) => each.touch()), 10);
  await vi.advanceTimersByTimeAsync(1_000);
  at.length = 0;
  await vi.advanceTimersByTimeAsync(2_000);
  clearInterval(touching);
  for (const each of [one, other]) each.close();
  expect(at.length).toBe(16);
  expect(new Set(at).size).toBe(8);
});
