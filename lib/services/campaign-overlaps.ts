import type { Database } from '#lib/db/client.ts';
import { definitionOf } from '#lib/db/engine/campaign-policy.ts';
import type { CatalogSnapshot } from '#lib/db/engine/catalog-snapshot.ts';
import { compileFilter, type FilterVersions, loadFilterVersions } from '#lib/db/filter-sql.ts';
import type { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import { type CampaignState, FINAL_STATES } from '#lib/domain/states.ts';

/** Another campaign that wants the same kind of ECU on some of the same vehicles. */
export type Overlap = {
  campaignId: string;
  name: string;
  state: CampaignState;
  priority: number;
  /** ECU types that both would change. */
  ecuTypes: string[];
  /** Vehicles that both target. */
  vehicles: number;
  /** Which of both goes first by priority; of equals, the one that runs or was created earlier. */
  goesFirst: 'this' | 'other';
};

/** Finds campaigns not yet over that overlap with a definition, by ECU type and by vehicles in common. */
export async function findRivals(
  db: Pick<Database, 'pool'>,
  definition: CampaignDefinition,
  catalog: CatalogSnapshot,
  versions: FilterVersions,
  now: Date,
  campaignId?: string,
): Promise<Overlap[]> {
  const typesOf = ({ releaseIds }: Pick<CampaignDefinition, 'releaseIds'>) =>
    releaseIds.flatMap((id) => catalog.releases.get(id)?.rule.ecuType ?? []);
  const mine = new Set(typesOf(definition));
  const { rows } = await db.pool.query<{
    id: string;
    name: string;
    state: CampaignState;
    priority: number;
    revision: number;
    definition: unknown;
    planned: boolean;
  }>(
    `SELECT id, name, state, priority, revision, definition, plan_state = 'planned' AS planned FROM campaigns
     WHERE state IN ('awaiting_approval', 'scheduled', 'running', 'paused') AND id <> $1
     ORDER BY priority DESC, created_at`,
    [campaignId ?? ''],
  );
  const overlaps: Overlap[] = [];
  for (const row of rows) {
    const other = definitionOf(row.id, row.revision, row.definition);
    const ecuTypes = [...new Set(typesOf(other))].filter((type) => mine.has(type)).sort();
    if (ecuTypes.length === 0) continue;
    const vehicles = row.planned
      ? await countAssigned(db, definition, versions, now, row.id)
      : await countTargeted(db, [definition, other], now);
    if (vehicles === 0) continue;
    const { id, name, state, priority } = row;
    const goesFirst = definition.priority > priority ? 'this' : 'other';
    overlaps.push({ campaignId: id, name, state, priority, ecuTypes, vehicles, goesFirst });
  }
  return overlaps;
}

async function countAssigned(
  db: Pick<Database, 'pool'>,
  definition: CampaignDefinition,
  versions: FilterVersions,
  now: Date,
  rivalId: string,
): Promise<number> {
  const where = compileFilter(definition.target, { now, versions, firstParameter: 3 });
  const { rows } = await db.pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM assignments a JOIN vehicles v ON v.vin = a.vin AND v.retired_at IS NULL
     WHERE a.campaign_id = $1 AND a.state <> ALL ($2) AND ${where.text}`,
    [rivalId, FINAL_STATES, ...where.values],
  );
  return rows[0]?.count ?? 0;
}

async function countTargeted(
  db: Pick<Database, 'pool'>,
  definitions: readonly CampaignDefinition[],
  now: Date,
): Promise<number> {
  const targets = definitions.map(({ target }) => target);
  const versions = await loadFilterVersions(db.pool, targets);
  const where = compileFilter({ kind: 'and', filters: targets }, { now, versions });
  const { rows } = await db.pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM vehicles v WHERE v.retired_at IS NULL AND ${where.text}`,
    where.values,
  );
  return rows[0]?.count ?? 0;
}
