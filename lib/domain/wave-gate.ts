import type { ErrorThreshold, WaveGate } from './campaign-definition.ts';
import type { PauseCause } from './pause-cause.ts';
import type { WaveState } from './states.ts';
import {
  attainableOf,
  erredOf,
  errorRateOf,
  finishedOf,
  openOf,
  sampleOf,
  successRateOf,
  type WaveCounts,
} from './wave-counts.ts';

/**
 * Stops when the error rate exceeds the threshold (strictly, as hawkBit's error condition does) and at least
 * the minimum sample has finished since failures were last acknowledged.
 */
export function decideErrorThreshold(
  counts: WaveCounts,
  threshold: ErrorThreshold,
): { kind: 'continue' } | { kind: 'stop'; cause: PauseCause } {
  if (sampleOf(counts) < threshold.minimumSample) return { kind: 'continue' };
  // Compared as counts: 1/5 against 0.2 must not depend on how a quotient is rounded.
  const finished = finishedOf(counts);
  const erred = erredOf(counts);
  if (erred <= threshold.rate * finished + 1e-9) return { kind: 'continue' };
  const cause: PauseCause = {
    kind: 'error_threshold',
    failed: erred,
    finished,
    rate: errorRateOf(counts),
    threshold: threshold.rate,
  };
  return { kind: 'stop', cause };
}

/** What is known of a wave besides its counts. */
export interface WaveProgress {
  state: WaveState;
  /** When the soak time of a `soaking` wave is over. */
  soakUntil: Date | null;
  /** The wave before has finished; true for the first. */
  previousFinished: boolean;
  /** A person opened the way to the next wave. */
  opened: boolean;
  /** Some failed vehicles will be tried again by themselves: the wave is not stalled yet. */
  retriesWait?: boolean;
}

export type WaveDecision =
  | { kind: 'stay' }
  /** Everything of this wave is settled and its gate is not met: a person has to look. */
  | { kind: 'stalled'; successRate: number; required: number }
  | { kind: 'start' }
  | { kind: 'soak'; until: Date }
  /** The success rate fell below its threshold while soaking or waiting: the gate is judged anew. */
  | { kind: 'fall_back' }
  | { kind: 'await_manual' }
  | { kind: 'finish' };

/** Tells whether the success threshold is met by a large enough sample; one no larger than can be had. */
export function isGateMet(counts: WaveCounts, gate: WaveGate): boolean {
  const attainable = Math.max(0, attainableOf(counts) - counts.sampleBase);
  if (sampleOf(counts) < Math.min(gate.minimumSample, attainable)) return false;
  return successRateOf(counts) >= gate.successThreshold - 1e-9;
}

/** What becomes of a wave now: it starts, soaks, waits for a person, or lets the next one begin. */
export function decideWave(wave: WaveProgress, counts: WaveCounts, gate: WaveGate, now: Date): WaveDecision {
  if (wave.state === 'finished') return { kind: 'stay' };
  if (wave.state === 'waiting') return wave.previousFinished ? { kind: 'start' } : { kind: 'stay' };
  if (!isGateMet(counts, gate)) {
    if (wave.state !== 'running') return { kind: 'fall_back' };
    if (openOf(counts) > 0 || wave.retriesWait) return { kind: 'stay' };
    return { kind: 'stalled', successRate: successRateOf(counts), required: gate.successThreshold };
  }
  // Where nothing was or can be offered there is nothing to watch.
  if (wave.state === 'running' && gate.soakMinutes > 0 && attainableOf(counts) > 0) {
    return { kind: 'soak', until: new Date(now.getTime() + gate.soakMinutes * 60_000) };
  }
  if (wave.state === 'soaking' && wave.soakUntil !== null && now < wave.soakUntil) return { kind: 'stay' };
  if (gate.manual && !wave.opened) {
    return wave.state === 'awaiting_manual' ? { kind: 'stay' } : { kind: 'await_manual' };
  }
  return { kind: 'finish' };
}
