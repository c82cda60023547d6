import { loadCatalog } from '#lib/db/engine/catalog-snapshot.ts';
import { filtersOf } from '#lib/db/engine/fleet-rows.ts';
import { loadFilterVersions } from '#lib/db/filter-sql.ts';
import { findRivals } from './campaign-overlaps.ts';
import { defineService } from './define-service.ts';
import { Previewed, storedDefinition } from './preview-campaign.ts';

/** Campaigns not yet over that want the same kind of ECU on vehicles in common, and which one goes first. */
export const findOverlaps = defineService({
  action: 'campaign.read',
  input: Previewed,
  run: async (ctx, { campaignId, definition }) => {
    const previewed = definition ?? (await storedDefinition(ctx, campaignId));
    const catalog = await loadCatalog(ctx.db.pool);
    const versions = await loadFilterVersions(ctx.db.pool, filtersOf(previewed));
    return findRivals(ctx.db, previewed, catalog, versions, ctx.now(), campaignId);
  },
});
