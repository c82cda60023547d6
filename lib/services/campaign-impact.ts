import type { Database } from '#lib/db/client.ts';
import { type CatalogSnapshot, loadCatalog } from '#lib/db/engine/catalog-snapshot.ts';
import { readFleetGroups } from '#lib/db/engine/fleet-groups.ts';
import { filtersOf } from '#lib/db/engine/fleet-rows.ts';
import { decideTargeted } from '#lib/db/engine/plan-decisions.ts';
import { verdictSource } from '#lib/db/engine/verdicts.ts';
import { loadFilterVersions } from '#lib/db/filter-sql.ts';
import type { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import { decideDrift, describeDrift, impactDigest, type ReviewedImpact } from '#lib/domain/impact.ts';
import { ConflictError, ValidationError } from '#lib/errors.ts';
import { findRivals, type Overlap } from './campaign-overlaps.ts';

/** What a campaign means for the fleet of this moment. */
export type CampaignImpact = {
  /** To be carried by submit, approve, start and resume: what the person has seen. */
  reviewed: ReviewedImpact;
  digest: string;
  targeted: number;
  eligible: number;
  alreadyInstalled: number;
  /** Left out now, but every reason may fall away while the campaign runs. */
  waiting: number;
  /** Left out for good. */
  excluded: number;
  /** Vehicles per reason; a vehicle with several reasons counts under each. */
  exclusions: Record<string, number>;
  overlaps: Overlap[];
};

/** Digest of a definition with its releases as they are now; empty while it has none and can do nothing. */
export function digestOf(definition: CampaignDefinition, { releases }: CatalogSnapshot): string {
  if (definition.releaseIds.length === 0) return '';
  const revisions = definition.releaseIds.map((releaseId) => {
    const release = releases.get(releaseId);
    return { releaseId, revision: release ? `${release.revision}:${release.rule.state}` : 'missing' };
  });
  return impactDigest(definition, revisions);
}

/** Throws a `ValidationError` where a release of the campaign is missing or not released. */
export function requireReleased(definition: CampaignDefinition, { releases }: CatalogSnapshot): void {
  for (const releaseId of definition.releaseIds) {
    const release = releases.get(releaseId);
    if (!release) throw new ValidationError(`There is no release ${releaseId}.`, { releaseId });
    if (release.rule.state !== 'released') {
      const name = `${release.rule.ecuType} ${release.rule.version}`;
      throw new ValidationError(
        `The release ${name} is ${release.rule.state}; a campaign needs released ones.`,
        {
          releaseId,
          state: release.rule.state,
        },
      );
    }
  }
}

/** Counts targeted and eligible vehicles with every reason, and finds conflicts; exact, by one pass over the fleet. */
export async function computeImpact(
  db: Pick<Database, 'pool'>,
  definition: CampaignDefinition,
  now: Date,
  campaignId?: string,
): Promise<CampaignImpact> {
  const catalog = await loadCatalog(db.pool);
  const versions = await loadFilterVersions(db.pool, filtersOf(definition));
  const groups = await readFleetGroups(db.pool, { definition, versions, now });
  const verdicts = await verdictSource(definition, catalog).judge(
    db.pool,
    groups.map(({ representative }) => representative),
  );
  const impact = { targeted: 0, eligible: 0, alreadyInstalled: 0, waiting: 0, excluded: 0 };
  const exclusions: Record<string, number> = {};
  for (const { vehicles, representative } of groups) {
    impact.targeted += vehicles;
    if (definition.releaseIds.length === 0) continue;
    const decided = decideTargeted(representative, verdicts.get(representative.vin), definition, now);
    if (decided.kind === 'eligible') impact.eligible += vehicles;
    else if (decided.kind === 'already_installed') impact.alreadyInstalled += vehicles;
    else {
      impact[decided.temporary ? 'waiting' : 'excluded'] += vehicles;
      for (const code of new Set(decided.reasons.map((reason) => reason.code))) {
        exclusions[code] = (exclusions[code] ?? 0) + vehicles;
      }
    }
  }
  const overlaps = await findRivals(db, definition, catalog, versions, now, campaignId);
  const digest = digestOf(definition, catalog);
  const conflicts = overlaps.map((overlap) => overlap.campaignId).sort();
  return {
    reviewed: { digest, eligible: impact.eligible, exclusions, conflicts },
    digest,
    ...impact,
    exclusions,
    overlaps,
  };
}

/**
 * Refuses with `impact_drifted` unless what the person reviewed is what will happen; `details.current` is what
 * to review next.
 */
export function requireReviewed(
  seen: { digest: string; reviewed?: ReviewedImpact | undefined },
  stored: ReviewedImpact | null,
  current: CampaignImpact,
): void {
  const baseline = seen.reviewed ?? stored ?? { ...current.reviewed };
  const decision = decideDrift({ ...baseline, digest: seen.digest }, current.reviewed);
  if (decision.kind === 'same') return;
  const nameOf = (id: string) => current.overlaps.find((one) => one.campaignId === id)?.name ?? id;
  const sentences = decision.reasons.map((reason) => describeDrift(reason, nameOf));
  throw new ConflictError(
    `The impact is not what was reviewed: ${sentences.join('; ')}. Review it again.`,
    { drift: decision.reasons, sentences, current: current.reviewed },
    'impact_drifted',
  );
}
