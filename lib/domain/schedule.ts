import { Temporal } from 'temporal-polyfill';
import type { MaintenanceWindow } from './campaign-definition.ts';

const DAY_MS = 86_400_000;
/** How far ahead an end is looked for where windows follow each other without a gap. */
const LOOK_AHEAD_MS = 14 * DAY_MS;
/** Days for which occurrences are worked out at once, and for how many of them they are good. */
const SPAN_DAYS = 46;
const VALID_MS = 28 * DAY_MS;

export type WindowState =
  /** `closesAt` is `null` where no windows restrict; windows that join are one. At most 14 days ahead. */
  { open: true; closesAt: Date | null } | { open: false; opensAt: Date };

interface Interval {
  from: number;
  to: number;
}

interface Occurrences {
  validFrom: number;
  validTo: number;
  intervals: Interval[];
}

/** Tells whether this is a time zone that windows can be computed in (IANA name or fixed offset). */
export function isTimeZone(timeZone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * One day's occurrence. A start that the clocks skip is moved on by the length of the gap, one that occurs twice
 * is its first occurrence (RFC 5545 §3.3.5); the duration is elapsed time, whatever the clocks do meanwhile.
 */
function occurrence(window: MaintenanceWindow, date: Temporal.PlainDate, timeZone: string): Interval {
  const time = Temporal.PlainTime.from(window.startsAt);
  const from = date.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds;
  return { from, to: from + window.durationMinutes * 60_000 };
}

function merge(intervals: Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const interval of intervals.sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && interval.from <= last.to) last.to = Math.max(last.to, interval.to);
    else merged.push({ ...interval });
  }
  return merged;
}

function occurrencesFrom(windows: readonly MaintenanceWindow[], timeZone: string, now: number): Occurrences {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate();
  const intervals: Interval[] = [];
  for (let day = -2; day < SPAN_DAYS; day += 1) {
    const date = today.add({ days: day });
    for (const window of windows) {
      if (window.weekdays.includes(date.dayOfWeek)) intervals.push(occurrence(window, date, timeZone));
    }
  }
  return { validFrom: now, validTo: now + VALID_MS, intervals: merge(intervals) };
}

/** First interval that ends after `now`, by bisection. */
function currentOrNext(intervals: readonly Interval[], now: number): Interval | undefined {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const interval = intervals[middle];
    if (interval && interval.to <= now) low = middle + 1;
    else high = middle;
  }
  return intervals[low];
}

function stateAmong(intervals: readonly Interval[], now: number): WindowState {
  const interval = currentOrNext(intervals, now);
  // Every window recurs within a week and the span is longer, so there is always a next one.
  if (!interval) throw new RangeError('no occurrence of any maintenance window within the span');
  if (interval.from > now) return { open: false, opensAt: new Date(interval.from) };
  return { open: true, closesAt: new Date(Math.min(interval.to, now + LOOK_AHEAD_MS)) };
}

/** Answers for one set of windows in any number of zones; a zone's occurrences are worked out once in four weeks. */
export interface WindowClock {
  /** Throws a `RangeError` on an unknown time zone. */
  stateAt(timeZone: string, now: Date): WindowState;
}

/** A clock over these windows, for asking about many vehicles; without windows it is always open. */
export function createWindowClock(windows: readonly MaintenanceWindow[]): WindowClock {
  const zones = new Map<string, Occurrences>();
  return {
    stateAt(timeZone, at) {
      if (windows.length === 0) return { open: true, closesAt: null };
      const now = at.getTime();
      let known = zones.get(timeZone);
      if (!known || now < known.validFrom || now >= known.validTo) {
        known = occurrencesFrom(windows, timeZone, now);
        zones.set(timeZone, known);
      }
      return stateAmong(known.intervals, now);
    },
  };
}

/** Whether the maintenance windows are open in a zone now, and until or from when. */
export function windowState(windows: readonly MaintenanceWindow[], timeZone: string, now: Date): WindowState {
  return createWindowClock(windows).stateAt(timeZone, now);
}
