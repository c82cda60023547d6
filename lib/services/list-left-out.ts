import { z } from 'zod';
import { loadCatalog } from '#lib/db/engine/catalog-snapshot.ts';
import { filtersOf, readFleet } from '#lib/db/engine/fleet-rows.ts';
import { decideTargeted } from '#lib/db/engine/plan-decisions.ts';
import { verdictSource } from '#lib/db/engine/verdicts.ts';
import { loadFilterVersions } from '#lib/db/filter-sql.ts';
import { EXCLUSION_CODES, type ExclusionReason } from '#lib/domain/exclusion-reason.ts';
import { defineService } from './define-service.ts';
import { Previewed, storedDefinition } from './preview-campaign.ts';

export type LeftOutVehicle = { vin: string; model: string; reasons: ExclusionReason[] };

const PAGE = 2_000;
/** Vehicles looked at in one call; where fewer than asked for are found among them, `next` leads on. */
const LOOKED_AT = 100_000;

/** Targeted vehicles that a campaign would leave out for one reason, in VIN order; `next` is the cursor to go on. */
export const listLeftOut = defineService({
  action: 'campaign.read',
  input: Previewed.extend({
    code: z.enum(EXCLUSION_CODES),
    after: z.string().max(64).optional(),
    limit: z.int().min(1).max(500).default(100),
  }),
  async run(ctx, { campaignId, definition: given, code, after, limit }) {
    const definition = given ?? (await storedDefinition(ctx, campaignId));
    const { pool } = ctx.db;
    const now = ctx.now();
    const catalog = await loadCatalog(pool);
    const versions = await loadFilterVersions(pool, filtersOf(definition));
    const verdicts = verdictSource(definition, catalog);
    const vehicles: LeftOutVehicle[] = [];
    let cursor = after ?? null;
    for (let looked = 0; looked < LOOKED_AT; looked += PAGE) {
      const page = await readFleet(pool, { definition, versions, now, after: cursor, limit: PAGE });
      const judged = await verdicts.judge(pool, page);
      for (const vehicle of page) {
        cursor = vehicle.vin;
        const decided = decideTargeted(vehicle, judged.get(vehicle.vin), definition, now);
        if (decided.kind !== 'excluded' || !decided.reasons.some((reason) => reason.code === code)) continue;
        vehicles.push({ vin: vehicle.vin, model: vehicle.model, reasons: decided.reasons });
        if (vehicles.length === limit) return { vehicles, next: cursor };
      }
      if (page.length < PAGE) return { vehicles, next: null };
    }
    return { vehicles, next: cursor };
  },
});
