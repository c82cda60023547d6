import { openDatabase } from '#lib/db/client.ts';
import { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import type { TargetFilter } from '#lib/domain/target-filter.ts';
import { systemContext } from '#lib/services/context.ts';
import { countVehicles } from '#lib/services/count-vehicles.ts';
import { previewCampaign } from '#lib/services/preview-campaign.ts';
import { atMost, type BenchEntry, resultOf } from '../entry.ts';
import { fleetSize, startFleetDatabase } from '../fleet-database.ts';
import { alternate } from '../rounds.ts';
import { percentile } from '../statistics.ts';
import { newestRelease } from './plan.ts';

const FILTERS: readonly { name: string; filter: TargetFilter; sql: string }[] = [
  { name: 'whole fleet', filter: { kind: 'all' }, sql: 'TRUE' },
  {
    name: 'model and ECU version',
    filter: {
      kind: 'and',
      filters: [
        { kind: 'modelYear', operator: '>=', value: 2022 },
        { kind: 'ecu', ecuType: 'BCM', software: { operator: 'known' } },
      ],
    },
    sql: `v.model_year >= 2022 AND EXISTS (
      SELECT 1 FROM ecus e JOIN known_versions k ON k.ecu_type = e.type AND k.version = e.software_version
      WHERE e.vin = v.vin AND e.type = 'BCM')`,
  },
];
const TIMES = 5;

export const preview: BenchEntry = {
  name: 'preview',
  describes: 'exact count and eligibility funnel of a filter over the whole fleet',
  async *run(options) {
    const { rounds, say, defer } = options;
    const vehicles = fleetSize(options);
    const db = openDatabase(await startFleetDatabase(options, vehicles), { name: 'roadcast-bench', max: 4 });
    defer(() => db.close());
    const ctx = systemContext(db, 'bench');
    const releaseId = await newestRelease({ db });
    for (const { name, filter, sql } of FILTERS) {
      say(name);
      const p95 = (ask: () => Promise<unknown>) => async () => {
        const samples: number[] = [];
        for (let time = 0; time < TIMES; time += 1) {
          const startedAt = performance.now();
          await ask();
          samples.push(performance.now() - startedAt);
        }
        return percentile(samples, 0.95);
      };
      const bare = p95(() =>
        db.pool.query(`SELECT count(*) FROM vehicles v WHERE v.retired_at IS NULL AND ${sql}`),
      );
      const definition = CampaignDefinition.parse({ name, releaseIds: [releaseId], target: filter });
      const cases = [
        { what: 'count', most: 1.2, ask: () => countVehicles(ctx, { filter }) },
        { what: 'funnel', most: 10, ask: () => previewCampaign(ctx, { definition }) },
      ];
      for (const { what, most, ask } of cases) {
        const figures = await alternate({ product: p95(ask), limit: bare }, { rounds });
        yield resultOf(
          { name: `preview/${what} ${name}`, unit: 'ms p95', goal: `≤ ${most} × the bare count` },
          figures,
          ({ ratioToLimit }) => atMost(ratioToLimit, most),
        );
      }
    }
  },
};
