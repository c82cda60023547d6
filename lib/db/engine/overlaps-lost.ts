import type pg from 'pg';
import type { UpdateStep } from '#lib/domain/configuration.ts';
import type { ConfigurationVerdict, EligibilityVehicle } from '#lib/domain/eligibility.ts';
import { DISPATCHED_STATES } from '#lib/domain/states.ts';
import type { EngineCampaign } from './campaigns.ts';
import type { CatalogSnapshot } from './catalog-snapshot.ts';

type Ranked = Pick<EngineCampaign, 'id' | 'priority' | 'startedAt'>;

export type OverlapQuery = {
  campaign: Ranked & Pick<EngineCampaign, 'definition'>;
  /** Running campaigns; those that are paused let others go first. */
  running: readonly EngineCampaign[];
  catalog: CatalogSnapshot;
  vins: readonly string[];
  verdicts: ReadonlyMap<string, ConfigurationVerdict | undefined>;
};

/** Priority decides between campaigns; of equals, the one that was started first. */
export function goesFirst(other: Ranked, campaign: Ranked): boolean {
  if (other.id === campaign.id) return false;
  if (other.priority !== campaign.priority) return other.priority > campaign.priority;
  const difference = (other.startedAt?.getTime() ?? Infinity) - (campaign.startedAt?.getTime() ?? Infinity);
  return difference === 0 || Number.isNaN(difference) ? other.id < campaign.id : difference < 0;
}

/** By vehicle, the running campaign that goes first and wants one of the ECUs that this one would change. */
export async function overlapsLost(
  db: Pick<pg.PoolClient, 'query'>,
  { campaign, running, catalog, vins, verdicts }: OverlapQuery,
): Promise<Map<string, NonNullable<EligibilityVehicle['overlapLostTo']>>> {
  const lost = new Map<string, NonNullable<EligibilityVehicle['overlapLostTo']>>();
  const rivals = running.filter(
    (other) => goesFirst(other, campaign) && sharesType(other.definition, campaign.definition, catalog),
  );
  if (rivals.length === 0 || vins.length === 0) return lost;
  const waits = campaign.definition.overlap === 'wait';
  const names = new Map(rivals.map(({ id, name }) => [id, name]));
  // Who waits for an open offer is busy; who would be left out is left out by it too.
  const states = waits ? ['pending'] : ['pending', ...DISPATCHED_STATES];
  const { rows } = await db.query<{ vin: string; campaign_id: string; steps: UpdateStep[] }>(
    `SELECT vin, campaign_id, steps FROM assignments
     WHERE campaign_id = ANY($1) AND vin = ANY($2) AND state = ANY($3) AND steps IS NOT NULL
     ORDER BY array_position($1, campaign_id)`,
    [rivals.map(({ id }) => id), vins, states],
  );
  for (const { vin, campaign_id: campaignId, steps } of rows) {
    const mine = new Set(verdicts.get(vin)?.steps.map(({ ecuId }) => ecuId));
    if (lost.has(vin) || !steps.some(({ ecuId }) => mine.has(ecuId))) continue;
    lost.set(vin, { campaignId, campaignName: names.get(campaignId), waits });
  }
  return lost;
}

type Releases = Pick<EngineCampaign['definition'], 'releaseIds'>;

function sharesType(a: Releases, b: Releases, { catalog }: CatalogSnapshot): boolean {
  const types = ({ releaseIds }: Releases) =>
    releaseIds.flatMap((id) => catalog.releases.get(id)?.ecuType ?? []);
  const mine = new Set(types(b));
  return types(a).some((type) => mine.has(type));
}
