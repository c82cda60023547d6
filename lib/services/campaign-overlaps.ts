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

/** Begun or about to; what is still a draft competes with nobody. */
const RIVAL_STATES: CampaignState[] = ['awaiting_approval', 'scheduled', 'running', 'paused'];

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
     WHERE state = ANY ($2) AND id <> $1
     ORDER BY priority DESC, created_at`,
    [campaignId ?? '', RIVAL_STATES],
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

/** Of these vehicles the ones that another campaign wants: still open in its plan, or targeted where it has none yet. */
export async function readShared(
  db: Pick<Database, 'pool'>,
  rivalId: string,
  vins: readonly string[],
  now: Date,
): Promise<Set<string>> {
  const { rows } = await db.pool.query<{ revision: number; definition: unknown; planned: boolean }>(
    `SELECT revision, definition, plan_state = 'planned' AS planned FROM campaigns
     WHERE id = $1 AND state = ANY ($2)`,
    [rivalId, RIVAL_STATES],
  );
  const [rival] = rows;
  if (!rival) return new Set();
  if (rival.planned) {
    const open = await db.pool.query<{ vin: string }>(
      'SELECT vin FROM assignments WHERE campaign_id = $1 AND vin = ANY ($2) AND state <> ALL ($3)',
      [rivalId, vins, FINAL_STATES],
    );
    return new Set(open.rows.map(({ vin }) => vin));
  }
  const { target } = definitionOf(rivalId, rival.revision, rival.definition);
  const versions = await loadFilterVersions(db.pool, [target]);
  const where = compileFilter(target, { now, versions, firstParameter: 2 });
  const targeted = await db.pool.query<{ vin: string }>(
    `SELECT v.vin FROM vehicles v WHERE v.vin = ANY ($1) AND ${where.text}`,
    [vins, ...where.values],
  );
  return new Set(targeted.rows.map(({ vin }) => vin));
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
