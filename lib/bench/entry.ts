import type { RoundFigures } from './rounds.ts';
import { medianRatio } from './rounds.ts';
import { median } from './statistics.ts';

export type BenchOptions = {
  quick: boolean;
  /** Rounds that count, of each side. */
  rounds: number;
  /** Progress for the person who waits; never part of the result. */
  say(text: string): void;
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
  /** Whether the goal is reached; absent where the table sets none. */
  reached?: boolean;
  note?: string;
};

export type BenchEntry = {
  name: string;
  describes: string;
  run(options: BenchOptions): Promise<BenchResult[]>;
};

/** A result from alternated rounds: medians, and ratios taken pair by pair. */
export function resultOf(
  head: Pick<BenchResult, 'name' | 'unit' | 'goal' | 'note'>,
  figures: RoundFigures,
  reached?: (result: BenchResult) => boolean,
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
  };
  return reached ? { ...result, reached: reached(result) } : result;
}
