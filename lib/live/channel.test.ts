import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type AnyView, Channel, type Subscriber } from './channel.ts';
import { createRereads } from './rereads.ts';
import { defineView, type LiveContext } from './view.ts';

let loads: number;
let rereads: number;
let slow: Promise<void> | undefined;
let channel: Channel;
const watcher: Subscriber = { deliver: () => undefined };

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

/** Watched by one, unless told otherwise. */
function open(some: AnyView = view, watchers: readonly Subscriber[] = [watcher]): Channel {
  const queue = <T>(read: () => Promise<T>) => read();
  const context = {} as LiveContext;
  const rereads = createRereads(context, queue);
  const opened = new Channel(1, some.name, some, {}, context, queue, rereads, () => undefined);
  for (const one of watchers) opened.subscribers.add(one);
  return opened;
}

beforeEach(async () => {
  vi.useFakeTimers();
  loads = 0;
  rereads = 0;
  slow = undefined;
  channel = open();
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
  const gone = open({ ...view, rereadAll: async () => [undefined] });
  await vi.advanceTimersByTimeAsync(1_000);
  const before = loads;
  gone.touch('seen');
  await vi.advanceTimersByTimeAsync(1_000);
  gone.close();
  expect(loads).toBe(before + 1);
});

test('views that change all the time are read at the same instants, four times a second at most', async () => {
  const at: number[] = [];
  const load = async () => ({ at: at.push(Date.now()) });
  const steady = (name: string) => open({ ...view, name, load, leastMs: undefined, rereadAll: undefined });
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

test('what is left before its first read is not read, until somebody comes', async () => {
  channel.close();
  channel = open(view, []);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(loads).toBe(1);
  channel.subscribers.add(watcher);
  channel.touch();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(loads).toBe(2);
});
