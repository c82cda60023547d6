import { median } from './statistics.ts';

/** One side of a comparison: does a round of work and returns its figure, e.g. messages per second. */
export type Side = () => Promise<number>;

export type Sides = { product: Side; limit?: Side; rival?: Side };

export type RoundFigures = { product: number[]; limit: number[]; rival: number[] };

/**
 * Runs the sides in turn, round by round, so that a machine whose speed drifts treats them alike. The first
 * `warmUp` rounds are thrown away. A slow rival may run in fewer rounds (`rivalEvery`).
 */
export async function alternate(
  sides: Sides,
  { rounds, warmUp = 1, rivalEvery = 1 }: { rounds: number; warmUp?: number; rivalEvery?: number },
): Promise<RoundFigures> {
  const figures: RoundFigures = { product: [], limit: [], rival: [] };
  for (let round = -warmUp; round < rounds; round += 1) {
    const counted = round >= 0;
    const limit = await sides.limit?.();
    const product = await sides.product();
    const rival = round % rivalEvery === 0 ? await sides.rival?.() : undefined;
    if (!counted) continue;
    if (limit !== undefined) figures.limit.push(limit);
    figures.product.push(product);
    if (rival !== undefined) figures.rival.push(rival);
  }
  return figures;
}

/** Median over the rounds of product ÷ other, pair by pair. */
export function medianRatio(product: readonly number[], other: readonly number[]): number | undefined {
  const ratios = product.flatMap((value, index) => {
    const against = other.length === product.length ? other[index] : median(other);
    return against === undefined || against === 0 || Number.isNaN(against) ? [] : [value / against];
  });
  return ratios.length === 0 ? undefined : median(ratios);
}
