import type { RolloutRate } from './campaign-definition.ts';
import { ratePerMinute } from './rate.ts';
import type { WindowClock } from './schedule.ts';

const MINUTE_MS = 60_000;
/** Further ahead nothing is simulated. */
const HORIZON_MS = 366 * 86_400_000;
/** A queue with less than this many vehicles left is empty (fractions come from sharing the rate). */
const EMPTY = 1e-6;

/** Vehicles of one zone that wait for their offer. */
export interface ZoneQueue {
  timeZone: string;
  vehicles: number;
}

export interface OfferRun {
  /** When the first and the last vehicle are offered; equal to the begin where there are none. */
  firstAt: Date;
  lastAt: Date;
  /** When the `count`-th vehicle is offered. */
  reachedAt(count: number): Date;
  /** False where the run does not end within a year. */
  complete: boolean;
}

interface Segment {
  from: number;
  to: number;
  offeredBefore: number;
  offered: number;
}

/** Offers left until the ramp's next step; without a ramp there is none. */
function untilNextStep(rate: RolloutRate, successes: number): number {
  if (!rate.ramp || ratePerMinute(rate, successes) >= rate.maximumPerMinute) return Number.POSITIVE_INFINITY;
  const { stepSuccesses } = rate.ramp;
  return stepSuccesses - (successes % stepSuccesses);
}

function reachedAt(segments: readonly Segment[], begin: number, count: number): Date {
  const segment = segments.find(({ offeredBefore, offered }) => offeredBefore + offered >= count - EMPTY);
  if (!segment || count <= 0) return new Date(segments.at(-1)?.to ?? begin);
  const share = segment.offered === 0 ? 0 : (count - segment.offeredBefore) / segment.offered;
  return new Date(Math.round(segment.from + (segment.to - segment.from) * Math.min(1, Math.max(0, share))));
}

interface Step {
  open: ZoneQueue[];
  until: number;
}

/** Which queues are open at an instant, and until when this stays so. */
function openAt(queues: readonly ZoneQueue[], clock: WindowClock, at: number): Step {
  const open: ZoneQueue[] = [];
  let until = at + HORIZON_MS;
  for (const queue of queues) {
    const state = clock.stateAt(queue.timeZone, new Date(at));
    if (state.open) open.push(queue);
    const change = state.open ? state.closesAt : state.opensAt;
    if (change) until = Math.min(until, change.getTime());
  }
  return { open, until };
}

/**
 * Offers a wave in thought: whenever windows are open, at the rate allowed, the open zones sharing it by what
 * is left in them. Every vehicle is taken as online and every offer as a success of the ramp `successes` on,
 * so this is the earliest course of things.
 */
export function simulateOffers(
  zones: readonly ZoneQueue[],
  rate: RolloutRate,
  clock: WindowClock,
  begin: Date,
  successes = 0,
): OfferRun {
  let queues = zones.filter(({ vehicles }) => vehicles > 0).map((queue) => ({ ...queue }));
  const segments: Segment[] = [];
  let at = begin.getTime();
  let offered = 0;
  while (queues.length > 0 && at < begin.getTime() + HORIZON_MS) {
    const { open, until } = openAt(queues, clock, at);
    const waiting = open.reduce((total, { vehicles }) => total + vehicles, 0);
    if (waiting > 0) {
      const perMs = ratePerMinute(rate, Math.floor(successes + offered + EMPTY)) / MINUTE_MS;
      const step = untilNextStep(rate, Math.floor(successes + offered + EMPTY));
      const amount = Math.min(waiting, perMs * (until - at), step);
      for (const queue of open) queue.vehicles -= (amount * queue.vehicles) / waiting;
      const to = at + amount / perMs;
      segments.push({ from: at, to, offeredBefore: offered, offered: amount });
      offered += amount;
      queues = queues.filter(({ vehicles }) => vehicles > EMPTY);
      at = Math.max(to, at + 1);
    } else at = until;
  }
  return {
    firstAt: new Date(segments[0]?.from ?? begin.getTime()),
    lastAt: new Date(Math.round(segments.at(-1)?.to ?? begin.getTime())),
    reachedAt: (count) => reachedAt(segments, begin.getTime(), count),
    complete: queues.length === 0,
  };
}
