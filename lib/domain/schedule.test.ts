import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { MaintenanceWindow } from './campaign-definition.ts';
import { createWindowClock, isTimeZone, windowState } from './schedule.ts';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Santiago',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Tokyo',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Australia/Adelaide',
  'Pacific/Chatham',
  'Pacific/Apia',
  'Pacific/Kiritimati',
] as const;

function window(startsAt: string, durationMinutes: number, weekdays?: number[]): MaintenanceWindow {
  return MaintenanceWindow.parse({ startsAt, durationMinutes, ...(weekdays && { weekdays }) });
}

function at(iso: string): Date {
  return new Date(iso);
}

describe('maintenance windows: known instants', () => {
  const night = [window('22:00', 360)];

  it('are open in the vehicle’s own night', () => {
    expect(windowState(night, 'Europe/Berlin', at('2026-11-23T21:30:00Z'))).toEqual({
      open: true,
      closesAt: at('2026-11-24T03:00:00Z'),
    });
    expect(windowState(night, 'Asia/Kathmandu', at('2026-11-23T16:14:00Z'))).toEqual({
      open: false,
      opensAt: at('2026-11-23T16:15:00Z'),
    });
    expect(windowState(night, 'America/New_York', at('2026-11-23T21:30:00Z'))).toEqual({
      open: false,
      opensAt: at('2026-11-24T03:00:00Z'),
    });
  });

  it('close by elapsed time when the clocks change meanwhile', () => {
    // Berlin: 25 October 2026, 03:00 CEST → 02:00 CET; 28 March 2027, 02:00 CET → 03:00 CEST.
    expect(windowState(night, 'Europe/Berlin', at('2026-10-25T00:00:00Z'))).toEqual({
      open: true,
      closesAt: at('2026-10-25T02:00:00Z'),
    });
    expect(windowState(night, 'Europe/Berlin', at('2027-03-28T00:00:00Z'))).toEqual({
      open: true,
      closesAt: at('2027-03-28T03:00:00Z'),
    });
  });

  it('begin after a gap by its length, and in an overlap once, the first time', () => {
    const early = [window('02:30', 15)];
    expect(windowState(early, 'Europe/Berlin', at('2027-03-28T00:00:00Z'))).toEqual({
      open: false,
      opensAt: at('2027-03-28T01:30:00Z'),
    });
    expect(windowState(early, 'Europe/Berlin', at('2026-10-25T00:00:00Z'))).toEqual({
      open: false,
      opensAt: at('2026-10-25T00:30:00Z'),
    });
    expect(windowState(early, 'Europe/Berlin', at('2026-10-25T00:45:00Z'))).toEqual({
      open: false,
      opensAt: at('2026-10-26T01:30:00Z'),
    });
    // Lord Howe shifts by half an hour: 4 October 2026, 02:00 (+10:30) → 02:30 (+11).
    expect(windowState([window('02:15', 15)], 'Australia/Lord_Howe', at('2026-10-03T15:00:00Z'))).toEqual({
      open: false,
      opensAt: at('2026-10-03T15:45:00Z'),
    });
  });

  it('begin on the weekdays of the vehicle’s own calendar and may end on another', () => {
    const saturday = [window('23:00', 120, [6])];
    expect(windowState(saturday, 'Pacific/Kiritimati', at('2026-11-27T12:00:00Z'))).toEqual({
      open: false,
      opensAt: at('2026-11-28T09:00:00Z'),
    });
    expect(windowState(saturday, 'UTC', at('2026-11-29T00:59:59Z'))).toEqual({
      open: true,
      closesAt: at('2026-11-29T01:00:00Z'),
    });
    expect(windowState(saturday, 'UTC', at('2026-11-29T01:00:00Z'))).toEqual({
      open: false,
      opensAt: at('2026-12-05T23:00:00Z'),
    });
  });

  it('that join are one, and no windows are always open', () => {
    expect(
      windowState([window('01:00', 60), window('02:00', 60)], 'UTC', at('2026-11-23T01:30:00Z')),
    ).toEqual({ open: true, closesAt: at('2026-11-23T03:00:00Z') });
    expect(windowState([], 'UTC', at('2026-11-23T01:30:00Z'))).toEqual({ open: true, closesAt: null });
  });

  it('know a time zone from a typing error', () => {
    expect(ZONES.every(isTimeZone)).toBe(true);
    expect(isTimeZone('Europe/Berlin ')).toBe(false);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
    expect(() => windowState(night, 'Mars/Olympus', at('2026-11-23T00:00:00Z'))).toThrow(RangeError);
  });
});

const anyWindow = fc
  .record({
    hour: fc.nat({ max: 23 }),
    minute: fc.nat({ max: 59 }),
    durationMinutes: fc.integer({ min: 15, max: 1440 }),
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
  })
  .map(({ hour, minute, durationMinutes, weekdays }) =>
    window(`${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`, durationMinutes, weekdays),
  );
const anyInstant = fc.date({
  min: at('2026-01-01T00:00:00Z'),
  max: at('2029-01-01T00:00:00Z'),
  noInvalidDate: true,
});

/** Straight from the definition: is this instant within an occurrence that began today or the day before? */
function isOpen(windows: readonly MaintenanceWindow[], timeZone: string, now: Date): boolean {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate();
  return [0, 1, 2].some((back) => {
    const date = today.subtract({ days: back });
    return windows.some((each) => {
      if (!each.weekdays.includes(date.dayOfWeek)) return false;
      const from = date.toZonedDateTime({ timeZone, plainTime: each.startsAt }).epochMilliseconds;
      return from <= now.getTime() && now.getTime() < from + each.durationMinutes * 60_000;
    });
  });
}

describe('maintenance windows: properties in every zone', () => {
  it.each(ZONES)('%s', (timeZone) => {
    fc.assert(
      fc.property(fc.array(anyWindow, { minLength: 1, maxLength: 3 }), anyInstant, (windows, now) => {
        const state = windowState(windows, timeZone, now);
        expect(state.open).toBe(isOpen(windows, timeZone, now));
        const change = state.open ? state.closesAt : state.opensAt;
        if (!change) throw new Error('windows always have a next change');
        expect(change.getTime()).toBeGreaterThan(now.getTime());
        expect(isOpen(windows, timeZone, new Date(change.getTime() - 1))).toBe(state.open);
        const lookedFarEnough = change.getTime() - now.getTime() < 14 * 86_400_000;
        if (lookedFarEnough) expect(isOpen(windows, timeZone, change)).toBe(!state.open);
        if (!state.open) expect(change.getTime() - now.getTime()).toBeLessThan(8.1 * 86_400_000);
      }),
      { numRuns: 60 },
    );
  });

  it('a clock that is kept answers as a new one does', () => {
    fc.assert(
      fc.property(
        fc.array(anyWindow, { minLength: 1, maxLength: 3 }),
        fc.array(anyInstant, { maxLength: 5 }),
        (windows, instants) => {
          const clock = createWindowClock(windows);
          for (const now of instants) {
            for (const shift of [0, 3, 27.9, 28, -0.5]) {
              const moment = new Date(now.getTime() + shift * 86_400_000);
              expect(clock.stateAt('America/New_York', moment)).toEqual(
                windowState(windows, 'America/New_York', moment),
              );
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('answers for a million vehicles in the time that a few hundred zones take', () => {
    const clock = createWindowClock([window('22:00', 360), window('12:00', 60, [6, 7])]);
    const now = at('2026-11-23T21:30:00Z');
    for (const zone of ZONES) clock.stateAt(zone, now);
    const began = performance.now();
    for (let vehicle = 0; vehicle < 1_000_000; vehicle += 1)
      clock.stateAt(ZONES[vehicle % ZONES.length] ?? 'UTC', now);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
