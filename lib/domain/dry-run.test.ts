import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CampaignDefinition } from './campaign-definition.ts';
import { type DryRunGroup, dryRun } from './dry-run.ts';
import { simulateOffers } from './offer-simulation.ts';
import { planSentence } from './plan-sentence.ts';
import { createWindowClock } from './schedule.ts';

const START = new Date('2026-11-23T12:00:00Z');

function plan(more: Record<string, unknown> = {}): CampaignDefinition {
  return CampaignDefinition.parse({ name: 'Winter', releaseIds: ['r1'], ...more });
}

function group(vehicles: number, more: Partial<DryRunGroup> = {}): DryRunGroup {
  return { wave: 0, timeZone: 'UTC', vehicles, downloadBytes: 100, ...more };
}

describe('dry run', () => {
  it('takes as long as the rate says', () => {
    const result = dryRun(
      plan({ rate: { maximumPerMinute: 100 } }),
      [group(6000, { installMinutes: 20 })],
      START,
    );
    expect(result.earliestFinishAt).toEqual(new Date('2026-11-23T13:20:00Z'));
    expect(result).toMatchObject({
      vehicles: 6000,
      downloadBytes: 600_000,
      endsTooEarly: false,
      complete: true,
    });
  });

  it('waits for each zone’s window', () => {
    const definition = plan({
      schedule: { windows: [{ startsAt: '22:00', durationMinutes: 60 }] },
      rate: { maximumPerMinute: 1000 },
    });
    const result = dryRun(
      definition,
      [group(10, { timeZone: 'Asia/Tokyo' }), group(10, { timeZone: 'UTC' })],
      START,
    );
    expect(result.waves[0]?.earliestStartAt).toEqual(new Date('2026-11-23T13:00:00Z'));
    expect(result.earliestFinishAt.getTime()).toBeGreaterThan(new Date('2026-11-23T22:00:00Z').getTime());
    expect(result.earliestFinishAt.getTime()).toBeLessThan(new Date('2026-11-23T22:01:00Z').getTime());
  });

  it('goes on in the next night where one is too short', () => {
    const definition = plan({
      schedule: { windows: [{ startsAt: '22:00', durationMinutes: 60 }] },
      rate: { maximumPerMinute: 10 },
    });
    expect(dryRun(definition, [group(900)], START).earliestFinishAt).toEqual(
      new Date('2026-11-24T22:30:00Z'),
    );
  });

  it('follows the ramp', () => {
    const rate = CampaignDefinition.shape.rate.parse({
      maximumPerMinute: 1000,
      ramp: { basePerMinute: 10, factor: 2, stepSuccesses: 100 },
    });
    const run = simulateOffers([{ timeZone: 'UTC', vehicles: 300 }], rate, createWindowClock([]), START);
    // 100 at 10, 100 at 20, 100 at 40 a minute.
    expect(run.lastAt.getTime() - START.getTime()).toBe((10 + 5 + 2.5) * 60_000);
    expect(run.reachedAt(150).getTime() - START.getTime()).toBe(12.5 * 60_000);
  });

  it('begins a wave when the one before may have passed its gate', () => {
    const definition = plan({
      rate: { maximumPerMinute: 10 },
      waves: [
        {
          name: 'Canary',
          size: { kind: 'percent', percent: 10 },
          gate: { minimumSample: 50, soakMinutes: 60, manual: true },
        },
        { name: 'Rest', size: { kind: 'rest' } },
      ],
    });
    const result = dryRun(definition, [group(100), group(900, { wave: 1 })], START);
    expect(result.waves[0]).toMatchObject({
      vehicles: 100,
      waitsForPerson: true,
      earliestFinishAt: new Date('2026-11-23T12:10:00Z'),
    });
    expect(result.waves[1]?.earliestStartAt).toEqual(new Date('2026-11-23T13:05:00Z'));
  });

  it('is cut by the campaign’s end, and says so', () => {
    const definition = plan({ rate: { maximumPerMinute: 1 }, schedule: { endAt: '2026-11-23T13:00:00Z' } });
    expect(dryRun(definition, [group(100)], START)).toMatchObject({
      endsTooEarly: true,
      latestFinishAt: new Date('2026-11-23T13:00:00Z'),
    });
  });

  it('of nobody is over at once', () => {
    expect(dryRun(plan(), [], START)).toMatchObject({
      vehicles: 0,
      earliestFinishAt: START,
      latestFinishAt: START,
    });
  });

  it('offers everybody, never faster than the rate, and finishes no later than its latest', () => {
    const groups = fc.array(
      fc.record({
        wave: fc.constantFrom(0, 1),
        timeZone: fc.constantFrom('UTC', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/New_York'),
        vehicles: fc.nat({ max: 100_000 }),
        downloadBytes: fc.nat(),
      }),
      { maxLength: 12 },
    );
    const definition = plan({
      waves: [
        { name: 'A', size: { kind: 'percent', percent: 5 } },
        { name: 'B', size: { kind: 'rest' } },
      ],
      schedule: { windows: [{ startsAt: '22:00', durationMinutes: 300 }] },
      rate: { maximumPerMinute: 700 },
    });
    fc.assert(
      fc.property(groups, (members) => {
        const result = dryRun(definition, members, START);
        const total = members.reduce((sum, { vehicles }) => sum + vehicles, 0);
        expect(result).toMatchObject({ vehicles: total, complete: true });
        expect(result.waves.reduce((sum, { vehicles }) => sum + vehicles, 0)).toBe(total);
        const largest = Math.max(0, ...result.waves.map(({ vehicles }) => vehicles));
        expect(result.earliestFinishAt.getTime() - START.getTime()).toBeGreaterThanOrEqual(
          Math.floor((largest / 700) * 60_000) - 1,
        );
        expect(result.latestFinishAt.getTime()).toBeGreaterThanOrEqual(result.earliestFinishAt.getTime());
      }),
      { numRuns: 60 },
    );
  });
});

describe('plan sentence', () => {
  const figures = {
    releases: [
      { ecuType: 'BMS', version: '3.0' },
      { ecuType: 'VCU', version: 'A040' },
    ],
    eligible: 12_400,
    excluded: 310,
  };

  it('states the whole plan', () => {
    const definition = plan({
      waves: [
        { name: 'Canary', size: { kind: 'percent', percent: 1 } },
        { name: 'Rest', size: { kind: 'rest' } },
      ],
      schedule: {
        startAt: '2026-11-24T20:00:00Z',
        windows: [{ startsAt: '22:00', durationMinutes: 360, weekdays: [6, 7] }],
      },
    });
    expect(planSentence(definition, figures)).toBe(
      'Offer BMS 3.0 and VCU A040 to 12,400 vehicles (310 left out) in 2 waves (1 %, the rest), at most 1,000 a minute, ' +
        'from 2026-11-24 20:00 UTC, within Sat, Sun 22:00–04:00 in each vehicle’s own time zone; ' +
        'pause if more than 10 % of at least 5 finished fail.',
    );
  });

  it('is short for a short plan', () => {
    const definition = plan({
      delivery: 'broadcast',
      kind: 'continuous',
      rate: { ramp: { basePerMinute: 10, factor: 1.5, stepSuccesses: 100 } },
    });
    expect(planSentence(definition, { ...figures, eligible: 1, excluded: 0 })).toBe(
      'Announce BMS 3.0 and VCU A040 to 1 vehicle and to those that come to match in one wave, ' +
        'from 10 a minute, × 1.5 per 100 successes, at most 1,000 a minute; pause if more than 10 % of at least 5 finished fail.',
    );
  });
});
