import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLog } from '#lib/log.ts';
import { Lane, type Received } from './lane.ts';
import type { InboundMessage } from './messages.ts';

const flushMs = 10;
const patientMs = 200;
const batchSize = 5;

let batches: string[][];
let lane: Lane;
beforeEach(() => {
  vi.useFakeTimers();
  batches = [];
  lane = new Lane({
    batchSize,
    flushMs,
    patientMs,
    log: silentLog(),
    process: async (batch) => void batches.push(batch.map(({ message }) => message.kind)),
  });
});
afterEach(() => vi.useRealTimers());

function push(...kinds: InboundMessage['kind'][]): void {
  for (const kind of kinds)
    lane.push({
      message: { kind } as InboundMessage,
      ack: undefined,
      acceptedAt: performance.now(),
    } satisfies Received);
}

describe('a lane', () => {
  it('lets heartbeats of a quiet time gather', async () => {
    push('heartbeat');
    await vi.advanceTimersByTimeAsync(patientMs / 2);
    push('unchanged');
    await vi.advanceTimersByTimeAsync(patientMs / 2 - 1);
    expect(batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([['heartbeat', 'unchanged']]);
  });

  it('takes them along at once with what somebody waits for', async () => {
    push('heartbeat', 'status');
    await vi.advanceTimersByTimeAsync(flushMs);
    expect(batches).toEqual([['heartbeat', 'status']]);
  });

  it('does not let what is waited for wait longer because of a heartbeat', async () => {
    push('report');
    await vi.advanceTimersByTimeAsync(flushMs - 1);
    push('heartbeat');
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([['report', 'heartbeat']]);
  });

  it('is not patient in a busy time, nor with a full batch', async () => {
    push('heartbeat', 'heartbeat', 'heartbeat', 'heartbeat', 'heartbeat');
    await vi.advanceTimersByTimeAsync(0);
    expect(batches).toHaveLength(1);
    push('heartbeat');
    await vi.advanceTimersByTimeAsync(flushMs);
    expect(batches).toHaveLength(2);
  });
});
