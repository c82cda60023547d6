import { z } from 'zod';
import { loadCatalog } from '#lib/db/engine/catalog-snapshot.ts';
import { type FleetRow, filtersOf, readFleet } from '#lib/db/engine/fleet-rows.ts';
import { decideTargeted } from '#lib/db/engine/plan-decisions.ts';
import { verdictSource } from '#lib/db/engine/verdicts.ts';
import { waveOf } from '#lib/db/engine/wave-of.ts';
import { settleWaveRules } from '#lib/db/engine/wave-rules.ts';
import { loadFilterVersions } from '#lib/db/filter-sql.ts';
import type { Eligibility } from '#lib/domain/eligibility.ts';
import { EXCLUSION_CODES, type ExclusionReason } from '#lib/domain/exclusion-reason.ts';
import { readShared } from './campaign-overlaps.ts';
import { defineService } from './define-service.ts';
import { NO_ID } from './dry-run-campaign.ts';
import { Previewed, storedDefinition } from './preview-campaign.ts';

export type PreviewedVehicle = { vin: string; model: string; reasons: ExclusionReason[] };

/**
 * Which of the targeted vehicles: those left out for one reason, those of one verdict, the eligible ones of a wave,
 * those that another campaign wants too.
 */
export const PreviewedPart = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reason'), code: z.enum(EXCLUSION_CODES) }),
  z.object({
    kind: z.literal('verdict'),
    verdict: z.enum(['eligible', 'already_installed', 'waiting', 'excluded']),
  }),
  z.object({ kind: z.literal('wave'), wave: z.int().min(0).max(1_000) }),
  z.object({ kind: z.literal('rival'), rivalId: z.string().min(1).max(64) }),
]);
export type PreviewedPart = z.infer<typeof PreviewedPart>;

const PAGE = 2_000;
/** Vehicles looked at in one call; where fewer than asked for are found among them, `next` leads on. */
const LOOKED_AT = 100_000;

/** The vehicles behind a figure of the preview or of the dry run, in VIN order; `next` is the cursor to go on. */
export const listPreviewed = defineService({
  action: 'campaign.read',
  input: Previewed.extend({
    part: PreviewedPart,
    after: z.string().max(64).optional(),
    limit: z.int().min(1).max(500).default(100),
  }),
  async run(ctx, { campaignId = NO_ID, definition: given, part, after, limit }) {
    const definition = given ?? (await storedDefinition(ctx, campaignId));
    const { pool } = ctx.db;
    const now = ctx.now();
    const catalog = await loadCatalog(pool);
    const versions = await loadFilterVersions(pool, filtersOf(definition));
    const verdicts = verdictSource(definition, catalog);
    const rules =
      part.kind === 'wave'
        ? await settleWaveRules(pool, campaignId, { definition, versions, now, catalog })
        : [];
    /** The vehicles of a page that the figure counts, each with what excludes it. */
    const choose = async (page: FleetRow[]): Promise<Map<string, ExclusionReason[]>> => {
      if (part.kind === 'rival') {
        const vins = page.map(({ vin }) => vin);
        const shared = await readShared(ctx.db, part.rivalId, vins, now);
        return new Map([...shared].map((vin) => [vin, []]));
      }
      const judged = await verdicts.judge(pool, page);
      const meant = new Map<string, ExclusionReason[]>();
      for (const vehicle of page) {
        const decided = decideTargeted(vehicle, judged.get(vehicle.vin), definition, now);
        const isMeant =
          part.kind === 'wave'
            ? decided.kind === 'eligible' && waveOf(campaignId, rules, vehicle) === part.wave
            : belongs(decided, part);
        if (isMeant) meant.set(vehicle.vin, decided.kind === 'excluded' ? decided.reasons : []);
      }
      return meant;
    };
    const vehicles: PreviewedVehicle[] = [];
    let cursor = after ?? null;
    for (let looked = 0; looked < LOOKED_AT; looked += PAGE) {
      const page = await readFleet(pool, { definition, versions, now, after: cursor, limit: PAGE });
      const meant = await choose(page);
      for (const vehicle of page) {
        cursor = vehicle.vin;
        const reasons = meant.get(vehicle.vin);
        if (!reasons) continue;
        vehicles.push({ vin: vehicle.vin, model: vehicle.model, reasons });
        if (vehicles.length === limit) return { vehicles, next: cursor };
      }
      if (page.length < PAGE) return { vehicles, next: null };
    }
    return { vehicles, next: cursor };
  },
});

function belongs(
  decided: Eligibility,
  part: Extract<PreviewedPart, { kind: 'reason' | 'verdict' }>,
): boolean {
  if (part.kind === 'reason')
    return decided.kind === 'excluded' && decided.reasons.some(({ code }) => code === part.code);
  if (decided.kind !== 'excluded') return decided.kind === part.verdict;
  return part.verdict === (decided.temporary ? 'waiting' : 'excluded');
}
