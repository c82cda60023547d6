import type { SettledRule } from '#lib/db/engine/wave-rules.ts';
import { hashOrderOf } from '#lib/domain/waves.ts';
import { BUCKETS } from '#lib/protocol/bucket.ts';

/** Index of the first wave that takes a vehicle, or `null`; `waveFilters` as `readFleet` gives them. */
export function waveOf(
  campaignId: string,
  rules: readonly SettledRule[],
  vehicle: { vin: string; waveFilters: readonly boolean[] },
): number | null {
  const order = hashOrderOf(campaignId, vehicle.vin);
  let filter = 0;
  for (const [wave, rule] of rules.entries()) {
    if (rule.kind === 'filter') {
      if (vehicle.waveFilters[filter]) return wave;
      filter += 1;
    } else if (takes(rule, order)) return wave;
  }
  return null;
}

function takes(rule: Exclude<SettledRule, { kind: 'filter' }>, order: number): boolean {
  switch (rule.kind) {
    case 'rest':
      return true;
    case 'until':
      return order <= rule.order;
    case 'buckets': {
      const bucket = order % BUCKETS;
      return bucket >= rule.from && bucket < rule.to;
    }
  }
}
