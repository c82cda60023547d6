import { type BenchChild, startChild } from './child.ts';
import type { BenchOptions } from './entry.ts';

/** A load generator of its own process, and the sequence with which its vehicles go on. */
export type Load = { publisher: BenchChild; vehicles: number; next: number; stop(): Promise<void> };

export type Turn = {
  /** Reports per vehicle. */
  perVehicle: number;
  /** Share of reports that differ from the one before. */
  changed: number;
  /** Reports a second; as fast as they are acknowledged unless told. */
  rate?: number;
  /** Heartbeats in place of full reports. */
  heartbeats?: boolean;
};

export async function openLoad(
  defer: BenchOptions['defer'],
  setup: {
    host: string;
    port: number;
    username?: string;
    password?: string;
    topic: string;
    vehicles: number;
  },
): Promise<Load> {
  const publisher = startChild(defer, 'lib/bench/load/publisher.ts');
  await publisher.ask({ kind: 'setup', inFlight: 1_000, ...setup }, 'ready');
  return { publisher, vehicles: setup.vehicles, next: 1, stop: () => publisher.stop() };
}

/** Reports/s from the first PUBLISH until all are acknowledged and `done` says that they are where they must be. */
export function timed(load: Load, turn: Turn, done: () => Promise<unknown>): Promise<number> {
  const rate = measureRate(load, turn, done);
  // It may run beside something else that fails first and is told then.
  rate.catch(() => undefined);
  return rate;
}

async function measureRate(load: Load, turn: Turn, done: () => Promise<unknown>): Promise<number> {
  const { publisher } = load;
  const firstSequence = load.next;
  load.next += turn.perVehicle;
  const { count } = await publisher.ask<{ count: number }>(
    { kind: 'load', firstSequence, ...turn },
    'loaded',
  );
  const sent = publisher.wait('sent');
  sent.catch(() => undefined);
  const startedAt = performance.now();
  publisher.send({ kind: 'go' });
  await Promise.all([done(), sent]);
  return (count * 1000) / (performance.now() - startedAt);
}
