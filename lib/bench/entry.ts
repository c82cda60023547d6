import type { RoundFigures } from './rounds.ts';
import { medianRatio } from './rounds.ts';
import { median } from './statistics.ts';

export type BenchOptions = {
  quick: boolean;
  /** Rounds that count, of each side. */
  rounds: number;
  /** Progress for the person who waits; never part of the result. */
  say(text: string): void;
  /** What an entry started is stopped when it ends, however it ends; the newest first. */
  defer(stop: () => Promise<unknown> | unknown): void;
};

/** A measured figure beside the figure of its limit and of its rival in the same run. */
export type BenchResult = {
  name: string;
  value: number;
  unit: string;
  limit?: number;
  ratioToLimit?: number;
  rival?: number;
  ratioToRival?: number;
  samples: number;
  goal: string;
  /** Whether the goal is reached; absent where the table sets none, or the other side is missing. */
  reached?: boolean;
  note?: string;
};

export type BenchEntry = {
  name: string;
  describes: string;
  run(options: BenchOptions): AsyncIterable<BenchResult>;
};

type Head = Pick<BenchResult, 'name' | 'unit' | 'goal'> & { note?: string | undefined };

/**
 * A result from alternated rounds: medians, and ratios taken pair by pair. `reached` answers undefined where
 * what it asks for was not measured.
 */
export function resultOf(
  { note, ...head }: Head,
  figures: RoundFigures,
  reached?: (result: BenchResult) => boolean | undefined,
): BenchResult {
  const result: BenchResult = {
    ...head,
    value: median(figures.product),
    samples: figures.product.length,
    ...(figures.limit.length > 0 && {
      limit: median(figures.limit),
      ratioToLimit: medianRatio(figures.product, figures.limit),
    }),
    ...(figures.rival.length > 0 && {
      rival: median(figures.rival),
      ratioToRival: medianRatio(figures.product, figures.rival),
    }),
    ...(note !== undefined && { note }),
  };
  const verdict = reached?.(result);
  return verdict === undefined ? result : { ...result, reached: verdict };
}

/** `value ≥ least`, or undefined where the value was not measured. */
export function atLeast(value: number | undefined, least: number): boolean | undefined {
  return value === undefined ? undefined : value >= least;
}

/** `value ≤ most`, or undefined where the value was not measured. */
export function atMost(value: number | undefined, most: number): boolean | undefined {
  return value === undefined ? undefined : value <= most;
}

/** True if all hold, false if one does not, undefined if some were not measured and none fails. */
export function all(...verdicts: (boolean | undefined)[]): boolean | undefined {
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}
