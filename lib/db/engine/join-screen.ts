import type { Queryable } from '#lib/db/queryable.ts';
import type { FilterableVehicle } from '#lib/domain/filter-evaluate.ts';
import { possibleBy } from '#lib/domain/filter-possible.ts';
import type { TargetFilter } from '#lib/domain/target-filter.ts';
import { definitionOf } from './campaign-policy.ts';
import { type CatalogSnapshot, loadCatalog } from './catalog-snapshot.ts';

type Ecus = FilterableVehicle['ecus'];

/** Whether a vehicle with these ECUs may join any continuous campaign; asked once per configuration key. */
export type MayJoin = (configurationKey: string, ecus: () => Ecus) => boolean;

/**
 * Tells the vehicles that may join a continuous campaign from the many that cannot, without a statement for
 * each of them. Which campaigns run is read in the caller's transaction, so that none is missed that has begun
 * to plan; how versions are ordered may be a second old.
 */
export type JoinScreen = { load(client: Queryable): Promise<MayJoin> };

const CATALOG_MS = 1_000;
const MAX_CACHED = 20_000;

const stampSql = `SELECT coalesce(string_agg(id || '/' || revision, ' ' ORDER BY id), '') AS stamp FROM campaigns
  WHERE kind = 'continuous' AND state IN ('running', 'paused')`;

const targetsSql = `SELECT id, revision, definition FROM campaigns
  WHERE kind = 'continuous' AND state IN ('running', 'paused') ORDER BY id`;

/** A screen for one worker; what it knows of configurations is forgotten when campaigns or catalog change. */
export function createJoinScreen(): JoinScreen {
  let known: { stamp: string; targets: TargetFilter[] } = { stamp: '', targets: [] };
  let catalog: CatalogSnapshot | undefined;
  let catalogAt = Number.NEGATIVE_INFINITY;
  const verdicts = new Map<string, boolean>();

  const mayJoin: MayJoin = (configurationKey, ecus) => {
    if (known.targets.length === 0) return false;
    const cached = verdicts.get(configurationKey);
    if (cached !== undefined) return cached;
    // Nothing can be compared yet: the join itself decides.
    if (!catalog) return true;
    const { orders } = catalog.catalog;
    const listed = ecus();
    const verdict = known.targets.some((target) => possibleBy(target, listed, orders) !== 'no');
    if (verdicts.size >= MAX_CACHED) verdicts.clear();
    verdicts.set(configurationKey, verdict);
    return verdict;
  };

  return {
    async load(client) {
      const stamp = (await client.query<{ stamp: string }>({ name: 'join_stamp', text: stampSql })).rows[0]
        ?.stamp;
      if (stamp !== known.stamp) {
        const { rows } = await client.query<{ id: string; revision: number; definition: unknown }>(
          targetsSql,
        );
        known = {
          stamp: rows.map(({ id, revision }) => `${id}/${revision}`).join(' '),
          targets: rows.map((row) => definitionOf(row.id, row.revision, row.definition).target),
        };
        verdicts.clear();
      }
      if (known.targets.length > 0 && performance.now() - catalogAt >= CATALOG_MS) {
        // Two lanes may load it at the same time: neither may judge by what the other has not read yet.
        const at = performance.now();
        const loaded = await loadCatalog(client, catalog);
        if (loaded !== catalog) verdicts.clear();
        catalog = loaded;
        catalogAt = at;
      }
      return mayJoin;
    },
  };
}
