import { describe, expect, it } from 'vitest';
import { ErrorThreshold, WaveGate } from './campaign-definition.ts';
import { describeCause } from './pause-cause.ts';
import type { AssignmentState, WaveState } from './states.ts';
import {
  atTargetOf,
  attainableOf,
  countsOf,
  errorRateOf,
  finishedOf,
  openOf,
  successRateOf,
  type WaveCounts,
} from './wave-counts.ts';
import { decideErrorThreshold, decideWave } from './wave-gate.ts';

const NOW = new Date('2026-11-23T14:02:00Z');

function counts(
  byState: Partial<Record<AssignmentState, number>>,
  more: Partial<WaveCounts> = {},
): WaveCounts {
  return { byState, acknowledged: {}, sampleBase: 0, ...more };
}

describe('denominators', () => {
  const all = counts(
    {
      pending: 1,
      notified: 2,
      confirmed: 30,
      already_installed: 10,
      failed: 4,
      rolled_back: 3,
      timed_out: 3,
      unreachable: 100,
      declined: 50,
      excluded: 20,
    },
    { acknowledged: { timed_out: 7, failed: 2, already_installed: 40 } },
  );

  it('hold the finished and nobody else', () => {
    expect(finishedOf(all)).toBe(50);
    expect(errorRateOf(all)).toBeCloseTo(0.2);
    expect(successRateOf(all)).toBeCloseTo(0.8);
    expect(openOf(all)).toBe(3);
    expect(attainableOf(all)).toBe(53);
    expect(atTargetOf(all)).toBe(80);
  });

  it('are read from counter rows of any number of shards', () => {
    const rows = [
      { state: 'failed' as const, acknowledged: false, count: 3 },
      { state: 'failed' as const, acknowledged: false, count: -1 },
      { state: 'failed' as const, acknowledged: true, count: 4 },
    ];
    expect(countsOf(rows, 1)).toEqual({ byState: { failed: 2 }, acknowledged: { failed: 4 }, sampleBase: 1 });
  });
});

describe('error threshold', () => {
  const five = (rate: number) => ErrorThreshold.parse({ rate, minimumSample: 5 });

  // hawkBit's published cases: 5 finished, minimum sample 5.
  it.each([
    [2, 3, 0.1, 'stop'],
    [1, 4, 0.2, 'continue'],
    [2, 3, 0.4, 'continue'],
    [0, 5, 0, 'continue'],
    [1, 4, 0, 'stop'],
    [5, 0, 1, 'continue'],
  ])('%i failed and %i confirmed against %d → %s', (failed, confirmed, rate, expected) => {
    expect(decideErrorThreshold(counts({ failed, confirmed }), five(rate)).kind).toBe(expected);
  });

  it('waits for its minimum sample, which unreachable vehicles do not fill', () => {
    expect(decideErrorThreshold(counts({ failed: 4, unreachable: 100 }), five(0.1)).kind).toBe('continue');
    expect(decideErrorThreshold(counts({ failed: 4, rolled_back: 1 }), five(0.1)).kind).toBe('stop');
  });

  it('never depends on how a quotient is rounded', () => {
    for (let finished = 5; finished <= 1000; finished += 1) {
      const failed = Math.floor(finished / 10);
      const exact = counts({ failed, confirmed: finished - failed });
      expect(decideErrorThreshold(exact, five(failed / finished)).kind).toBe('continue');
    }
  });

  it('collects its sample anew after known failures were acknowledged', () => {
    const after = counts({ confirmed: 68, failed: 4 }, { acknowledged: { failed: 12 }, sampleBase: 68 });
    expect(decideErrorThreshold(after, five(0.01)).kind).toBe('continue');
    expect(decideErrorThreshold({ ...after, byState: { confirmed: 68, failed: 5 } }, five(0.01)).kind).toBe(
      'stop',
    );
  });

  it('states its cause with figures', () => {
    const decision = decideErrorThreshold(counts({ failed: 12, confirmed: 68 }), ErrorThreshold.parse({}));
    if (decision.kind !== 'stop') throw new Error('expected a stop');
    expect(describeCause(decision.cause, '14:02')).toBe(
      'Paused 14:02 by the error threshold: 12 of 80 finished failed, 15 % > 10 %',
    );
    const close = {
      kind: 'error_threshold',
      failed: 101,
      finished: 1000,
      rate: 0.101,
      threshold: 0.1,
    } as const;
    expect(describeCause(close)).toBe(
      'Paused by the error threshold: 101 of 1000 finished failed, 10.1 % > 10 %',
    );
  });
});

describe('wave gate', () => {
  const gate = WaveGate.parse({ successThreshold: 0.9, minimumSample: 10, soakMinutes: 60, manual: true });
  const good = counts({ confirmed: 10, pending: 90 });
  const poor = counts({ confirmed: 8, failed: 2, pending: 90 });
  const settled = counts({ confirmed: 8, failed: 2 });
  const soaked = { soakUntil: NOW, opened: false };
  const soaking = { soakUntil: new Date(NOW.getTime() + 1), opened: false };
  const plain = { soakUntil: null, opened: false };

  const table: [WaveState, WaveCounts, { soakUntil: Date | null; opened: boolean }, string][] = [
    ['waiting', good, plain, 'start'],
    ['running', poor, plain, 'stay'],
    ['running', settled, plain, 'stalled'],
    ['running', good, plain, 'soak'],
    ['running', counts({ excluded: 5 }), plain, 'await_manual'],
    ['soaking', good, soaking, 'stay'],
    ['soaking', poor, soaking, 'fall_back'],
    ['soaking', good, soaked, 'await_manual'],
    ['soaking', good, { ...soaked, opened: true }, 'finish'],
    ['awaiting_manual', good, soaked, 'stay'],
    ['awaiting_manual', poor, soaked, 'fall_back'],
    ['awaiting_manual', good, { ...soaked, opened: true }, 'finish'],
    ['finished', poor, plain, 'stay'],
  ];
  it.each(table)('%s', (state, waveCounts, more, expected) => {
    expect(decideWave({ state, previousFinished: true, ...more }, waveCounts, gate, NOW).kind).toBe(expected);
  });

  it('is not stalled while failed vehicles will be tried again', () => {
    const running = { state: 'running' as const, previousFinished: true, ...plain };
    expect(decideWave({ ...running, retriesWait: true }, settled, gate, NOW).kind).toBe('stay');
  });

  it('starts only after the wave before', () => {
    expect(decideWave({ state: 'waiting', previousFinished: false, ...plain }, good, gate, NOW).kind).toBe(
      'stay',
    );
  });

  it('asks for no larger sample than the wave can yield', () => {
    const small = WaveGate.parse({ successThreshold: 0.9, minimumSample: 1000 });
    const running = { state: 'running' as const, previousFinished: true, ...plain };
    expect(decideWave(running, counts({ confirmed: 9, pending: 1 }), small, NOW).kind).toBe('stay');
    expect(decideWave(running, counts({ confirmed: 10, unreachable: 5, excluded: 3 }), small, NOW).kind).toBe(
      'finish',
    );
    expect(decideWave(running, counts({}), small, NOW).kind).toBe('finish');
  });

  it('is judged without acknowledged failures', () => {
    const running = { state: 'running' as const, previousFinished: true, ...plain };
    const quick = WaveGate.parse({ successThreshold: 0.9, minimumSample: 10 });
    const noted = counts({ confirmed: 8 }, { acknowledged: { failed: 2 }, sampleBase: 8 });
    expect(decideWave(running, noted, quick, NOW).kind).toBe('finish');
  });
});
