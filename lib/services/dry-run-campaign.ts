import { loadCatalog } from '#lib/db/engine/catalog-snapshot.ts';
import { readFleetGroups } from '#lib/db/engine/fleet-groups.ts';
import { filtersOf } from '#lib/db/engine/fleet-rows.ts';
import { decideTargeted } from '#lib/db/engine/plan-decisions.ts';
import { verdictSource } from '#lib/db/engine/verdicts.ts';
import { settleWaveRules } from '#lib/db/engine/wave-rules.ts';
import { loadFilterVersions } from '#lib/db/filter-sql.ts';
import { type DryRun, type DryRunGroup, dryRun } from '#lib/domain/dry-run.ts';
import { defineService } from './define-service.ts';
import { Previewed, storedDefinition } from './preview-campaign.ts';

/** Stands for the id of a campaign that has none yet: waves are dealt by a hash of it. */
export const NO_ID = 'draft';

/** Plays a campaign through on the fleet as it is: wave sizes, download volume, earliest and latest finish. */
export const dryRunCampaign = defineService({
  action: 'campaign.read',
  input: Previewed,
  run: async (ctx, { campaignId, definition: given }): Promise<DryRun> => {
    const definition = given ?? (await storedDefinition(ctx, campaignId));
    const now = ctx.now();
    const catalog = await loadCatalog(ctx.db.pool);
    const versions = await loadFilterVersions(ctx.db.pool, filtersOf(definition));
    const id = campaignId ?? NO_ID;
    const rules = await settleWaveRules(ctx.db.pool, id, { definition, versions, now, catalog });
    const fleet = await readFleetGroups(
      ctx.db.pool,
      { definition, versions, now },
      { campaignId: id, rules },
    );
    const verdicts = await verdictSource(definition, catalog).judge(
      ctx.db.pool,
      fleet.map(({ representative }) => representative),
    );
    const groups: DryRunGroup[] = [];
    for (const { representative, vehicles, wave } of fleet) {
      const decided = decideTargeted(representative, verdicts.get(representative.vin), definition, now);
      if (decided.kind !== 'eligible' || wave === null) continue;
      const releases = decided.steps.flatMap(({ releaseId }) => catalog.releases.get(releaseId) ?? []);
      groups.push({
        wave,
        timeZone: representative.timeZone,
        vehicles,
        downloadBytes: releases.reduce((total, { artifact }) => total + (artifact?.length ?? 0), 0),
        installMinutes: releases.reduce((total, release) => total + minutesOf(release.userInformation), 0),
      });
    }
    const startAt = definition.schedule.startAt === undefined ? now : new Date(definition.schedule.startAt);
    return dryRun(definition, groups, new Date(Math.max(startAt.getTime(), now.getTime())));
  },
});

/** What the release tells its users about its duration; the longest of its languages. */
function minutesOf(information: Record<string, { howLongMinutes: number }>): number {
  return Math.max(0, ...Object.values(information).map(({ howLongMinutes }) => howLongMinutes));
}
