import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLog } from '#lib/log.ts';
import { Lane, type LaneOptions, type Received } from './lane.ts';
import type { InboundMessage } from './messages.ts';

const flushMs = 10;
const calmMs = 2;
const patientMs = 200;
const batchSize = 50;
const few = 32;

let batches: string[][];
let lane: Lane;
beforeEach(() => {
  vi.useFakeTimers();
  batches = [];
  lane = laneOf(async (batch) => void batches.push(batch.map(({ message }) => message.kind)));
});
afterEach(() => vi.useRealTimers());

function laneOf(process: LaneOptions['process'], more: Partial<LaneOptions> = {}): Lane {
  return new Lane({ batchSize, flushMs, patientMs, few, log: silentLog(), process, ...more });
}

function push(...kinds: InboundMessage['kind'][]): void {
  for (const kind of kinds)
    lane.push({
      message: { kind } as InboundMessage,
      ack: undefined,
      acceptedAt: performance.now(),
    } satisfies Received);
}

describe('a lane', () => {
  it('lets heartbeats of a quiet time gather until the next multiple of its patience', async () => {
    await vi.advanceTimersByTimeAsync(patientMs - (performance.now() % patientMs));
    await vi.advanceTimersByTimeAsync(patientMs / 4);
    for (const _round of [1, 2]) {
      batches.length = 0;
      push('heartbeat');
      await vi.advanceTimersByTimeAsync(patientMs / 2);
      push('unchanged');
      await vi.advanceTimersByTimeAsync(patientMs / 4 - 1);
      expect(batches).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect(batches).toEqual([['heartbeat', 'unchanged']]);
      await vi.advanceTimersByTimeAsync(patientMs / 4);
    }
  });

  it('takes them along at once with what somebody waits for', async () => {
    push('heartbeat', 'status');
    await vi.advanceTimersByTimeAsync(flushMs);
    expect(batches).toEqual([['heartbeat', 'status']]);
  });

  it('does not let what is waited for wait longer because of a heartbeat', async () => {
    push('report');
    await vi.advanceTimersByTimeAsync(calmMs - 1);
    push('heartbeat');
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([['report', 'heartbeat']]);
  });

  it('stores something new sooner while little comes in, and fuller batches of much', async () => {
    push('report');
    await vi.advanceTimersByTimeAsync(calmMs);
    expect(batches).toEqual([['report']]);
    push('status', ...Array<'heartbeat'>(4 * calmMs).fill('heartbeat'));
    await vi.advanceTimersByTimeAsync(calmMs);
    expect(batches.map(({ length }) => length)).toEqual([1, 1 + 4 * calmMs]);
    push('status');
    await vi.advanceTimersByTimeAsync(flushMs - 1);
    expect(batches).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toHaveLength(3);
    push('status');
    await vi.advanceTimersByTimeAsync(calmMs);
    expect(batches).toHaveLength(4);
  });

  it('does not take the heartbeats of a second for much', async () => {
    await vi.advanceTimersByTimeAsync(patientMs - (performance.now() % patientMs));
    push(...Array<'heartbeat'>(few - 1).fill('heartbeat'));
    await vi.advanceTimersByTimeAsync(patientMs);
    push('status');
    await vi.advanceTimersByTimeAsync(calmMs);
    expect(batches.map(({ length }) => length)).toEqual([few - 1, 1]);
  });

  it('waits no longer than ever once there are many, nor after many', async () => {
    const many = Array<'heartbeat'>(few).fill('heartbeat');
    push(...many);
    await vi.advanceTimersByTimeAsync(flushMs);
    push('heartbeat');
    await vi.advanceTimersByTimeAsync(flushMs);
    expect(batches.map(({ length }) => length)).toEqual([few, 1]);
  });

  it('stores a full batch at once', async () => {
    push(...Array<'heartbeat'>(batchSize).fill('heartbeat'));
    await vi.advanceTimersByTimeAsync(0);
    expect(batches).toHaveLength(1);
  });

  it('does not wait for a broker that waits for its acknowledgments', async () => {
    const window = few / 2;
    const refilled = vi.fn(() => push(...Array<'heartbeat'>(window).fill('heartbeat')));
    lane = laneOf(async () => void setTimeout(refilled, 5));
    push('heartbeat');
    await vi.advanceTimersByTimeAsync(2 * patientMs);
    expect(refilled.mock.calls.length).toBeGreaterThan(patientMs / 2 / (flushMs + 5));
  });

  it('is not patient where the broker sends next to nothing at a time', async () => {
    lane = laneOf(async (batch) => void batches.push(batch.map(({ message }) => message.kind)), { few: 0 });
    push('heartbeat');
    await vi.advanceTimersByTimeAsync(flushMs);
    expect(batches).toHaveLength(1);
  });

  it('stores what gathered meanwhile as soon as the first of it has waited its time', async () => {
    let stored: () => void = () => undefined;
    lane = laneOf(async (batch) => {
      batches.push(batch.map(({ message }) => message.kind));
      await new Promise<void>((resolve) => {
        stored = resolve;
      });
    });
    push('report');
    await vi.advanceTimersByTimeAsync(flushMs);
    push('heartbeat', 'status');
    await vi.advanceTimersByTimeAsync(5 * flushMs);
    expect(batches).toEqual([['report']]);
    stored();
    await vi.advanceTimersByTimeAsync(0);
    expect(batches).toEqual([['report'], ['heartbeat', 'status']]);
  });

  it('stores in its last moments what came while it was storing', async () => {
    let stored: () => void = () => undefined;
    lane = laneOf(async (batch) => {
      batches.push(batch.map(({ message }) => message.kind));
      if (batches.length === 1)
        await new Promise<void>((resolve) => {
          stored = resolve;
        });
    });
    push('report');
    await vi.advanceTimersByTimeAsync(flushMs);
    push('heartbeat');
    const drained = lane.drain(5_000);
    stored();
    await drained;
    expect(batches).toEqual([['report'], ['heartbeat']]);
  });
});
