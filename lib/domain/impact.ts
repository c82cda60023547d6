import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../protocol/canonical-json.ts';
import { CampaignDefinition } from './campaign-definition.ts';
import { labelOfReason } from './describe-reason.ts';

/** A release as the campaign will send it; anything that changes it changes `revision`. */
export interface ReleaseRevision {
  releaseId: string;
  revision: string;
}

/** What a person saw when reviewing a campaign. */
export const ReviewedImpact = z.object({
  digest: z.string(),
  eligible: z.int().min(0),
  /** Vehicles per exclusion code. */
  exclusions: z.record(z.string(), z.int().min(0)).default({}),
  /** Campaigns that want the same ECUs. */
  conflicts: z.array(z.string()).default([]),
});
export type ReviewedImpact = z.infer<typeof ReviewedImpact>;

/**
 * Digest of what a campaign will do: hex SHA-256 of the canonical JSON (RFC 8785) of its definition, defaults
 * filled in, and of its releases' revisions in the order of their ids.
 */
export function impactDigest(definition: CampaignDefinition, releases: readonly ReleaseRevision[]): string {
  const sorted = releases
    .map(({ releaseId, revision }) => ({ releaseId, revision }))
    .sort((a, b) => (a.releaseId < b.releaseId ? -1 : 1));
  const canonical = canonicalJson({ definition: CampaignDefinition.parse(definition), releases: sorted });
  return createHash('sha256').update(canonical, 'utf8').digest('hex');
}

export type DriftReason =
  | { kind: 'definition_changed' }
  | { kind: 'new_conflict'; campaignId: string }
  | { kind: 'new_exclusion'; code: string; vehicles: number }
  | { kind: 'eligible_moved'; from: number; to: number };

export type DriftDecision = { kind: 'same' } | { kind: 'drifted'; reasons: DriftReason[] };

/** How far the eligible count may move without asking again: 1 % of what was reviewed, at least 10. */
export function toleratedMove(eligible: number): number {
  return Math.max(eligible / 100, 10);
}

/** Whether what was reviewed is still what will happen; if not, why (DESIGN §4). */
export function decideDrift(reviewed: ReviewedImpact, current: ReviewedImpact): DriftDecision {
  const reasons: DriftReason[] = [];
  if (reviewed.digest !== current.digest) reasons.push({ kind: 'definition_changed' });
  for (const campaignId of current.conflicts) {
    if (!reviewed.conflicts.includes(campaignId)) reasons.push({ kind: 'new_conflict', campaignId });
  }
  for (const [code, vehicles] of Object.entries(current.exclusions)) {
    if (vehicles > 0 && !((reviewed.exclusions[code] ?? 0) > 0))
      reasons.push({ kind: 'new_exclusion', code, vehicles });
  }
  if (Math.abs(current.eligible - reviewed.eligible) > toleratedMove(reviewed.eligible)) {
    reasons.push({ kind: 'eligible_moved', from: reviewed.eligible, to: current.eligible });
  }
  return reasons.length === 0 ? { kind: 'same' } : { kind: 'drifted', reasons };
}

/** A reason of drift as a sentence for the person who must confirm again; `nameOf` tells a campaign's name. */
export function describeDrift(reason: DriftReason, nameOf: (campaignId: string) => string = String): string {
  switch (reason.kind) {
    case 'definition_changed':
      return 'the campaign or one of its releases was changed';
    case 'new_conflict':
      return `campaign ${nameOf(reason.campaignId)} now wants the same ECUs`;
    case 'new_exclusion':
      return `${reason.vehicles} ${reason.vehicles === 1 ? 'vehicle is' : 'vehicles are'} now left out: ${labelOfReason(reason.code)}`;
    case 'eligible_moved':
      return `${reason.to} vehicles are eligible, ${reason.from} were`;
  }
}
