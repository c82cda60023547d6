import { createHash } from 'node:crypto';
import { BUCKETS } from '../protocol/bucket.ts';
import type { WaveDefinition } from './campaign-definition.ts';
import type { TargetFilter } from './target-filter.ts';

/**
 * Place of a vehicle in a campaign's stable order: the first 6 bytes, big endian, of sha256(`campaignId|vin`);
 * its bucket is this number mod 10,000. Equal in SQL (Postgres ≥ 11), for a million vehicles at once:
 *
 * ```sql
 * ('x' || encode(substr(sha256(convert_to($1 || '|' || vin, 'UTF8')), 1, 6), 'hex'))::bit(48)::bigint
 * ```
 */
export function hashOrderOf(campaignId: string, vin: string): number {
  return createHash('sha256').update(`${campaignId}|${vin}`, 'utf8').digest().readUIntBE(0, 6);
}

/** `hashOrderOf` as SQL over an expression for the campaign's id and one for the VIN. */
export function hashOrderSql(campaignId: string, vin: string): string {
  return `('x' || encode(substr(sha256(convert_to(${campaignId} || '|' || ${vin}, 'UTF8')), 1, 6), 'hex'))::bit(48)::bigint`;
}

/** `bucketOf` as SQL over an expression for the campaign's id and one for the VIN. */
export function bucketSql(campaignId: string, vin: string): string {
  return `(${hashOrderSql(campaignId, vin)} % ${BUCKETS})::int`;
}

/** Half-open range of buckets. */
export interface BucketRange {
  from: number;
  to: number;
}

/** How a wave takes its vehicles from those that no earlier wave took. */
export type WaveRule =
  | ({ kind: 'buckets' } & BucketRange)
  /** The first `count` in hash order. */
  | { kind: 'count'; count: number }
  | { kind: 'filter'; filter: TargetFilter }
  | { kind: 'rest' };

/**
 * The waves as rules to be applied in order, each to what the earlier ones left: a vehicle is in the first wave
 * that takes it. Percentages are of all targeted vehicles and follow each other in bucket space, so 1 % and
 * 10 % are the buckets 0–99 and 100–1,099; what would pass 100 % is cut.
 */
export function waveRules(waves: readonly WaveDefinition[]): WaveRule[] {
  let cumulated = 0;
  return waves.map(({ size }): WaveRule => {
    if (size.kind !== 'percent') return size;
    const from = Math.min(BUCKETS, Math.round(cumulated * (BUCKETS / 100)));
    cumulated += size.percent;
    return { kind: 'buckets', from, to: Math.min(BUCKETS, Math.round(cumulated * (BUCKETS / 100))) };
  });
}

/**
 * Bucket range of each wave, or `null` for a campaign whose waves are not all percentages (and a rest at the
 * end): only such a campaign can be announced to many by one message.
 */
export function bucketRanges(waves: readonly WaveDefinition[]): BucketRange[] | null {
  const rules = waveRules(waves);
  const ranges: BucketRange[] = [];
  for (const [index, rule] of rules.entries()) {
    if (rule.kind === 'buckets') ranges.push({ from: rule.from, to: rule.to });
    else if (rule.kind === 'rest' && index === rules.length - 1) {
      ranges.push({ from: ranges.at(-1)?.to ?? 0, to: BUCKETS });
    } else return null;
  }
  return ranges;
}

/**
 * Index of each vehicle's wave, in the order given; `null` where no wave takes it. The same vehicles give the
 * same waves in whatever order they come.
 */
export function assignWaves<V extends { vin: string }>(
  campaignId: string,
  waves: readonly WaveDefinition[],
  vehicles: readonly V[],
  matches: (vehicle: V, filter: TargetFilter) => boolean,
): (number | null)[] {
  const left = vehicles.map((vehicle, index) => ({
    vehicle,
    index,
    order: hashOrderOf(campaignId, vehicle.vin),
  }));
  left.sort((a, b) => a.order - b.order || (a.vehicle.vin < b.vehicle.vin ? -1 : 1));
  const result: (number | null)[] = vehicles.map(() => null);
  for (const [wave, rule] of waveRules(waves).entries()) {
    let taken = 0;
    for (const { vehicle, index, order } of left) {
      if (result[index] !== null) continue;
      const bucket = order % BUCKETS;
      const takes =
        rule.kind === 'rest' ||
        (rule.kind === 'buckets' && bucket >= rule.from && bucket < rule.to) ||
        (rule.kind === 'count' && taken < rule.count) ||
        (rule.kind === 'filter' && matches(vehicle, rule.filter));
      if (!takes) continue;
      result[index] = wave;
      taken += 1;
    }
  }
  return result;
}
