import type { ReviewedImpact } from '#lib/domain/impact.ts';
import type { CampaignState } from '#lib/domain/states.ts';

/** What a campaign would do to the fleet of this moment, as the preview answers. */
export type ImpactPreview = {
  reviewed: ReviewedImpact;
  digest: string;
  targeted: number;
  eligible: number;
  alreadyInstalled: number;
  /** Left out now, but every reason may fall away while the campaign runs. */
  waiting: number;
  /** Left out for good. */
  excluded: number;
  /** Vehicles per reason; a vehicle with several counts under each. */
  exclusions: Record<string, number>;
  overlaps: {
    campaignId: string;
    name: string;
    state: CampaignState;
    priority: number;
    ecuTypes: string[];
    vehicles: number;
    goesFirst: 'this' | 'other';
  }[];
};

/** Bounds of a campaign's course before it begins. */
export type DryRunPreview = {
  waves: {
    name: string;
    vehicles: number;
    downloadBytes: number;
    earliestStartAt: string;
    earliestFinishAt: string;
    latestFinishAt: string;
    waitsForPerson: boolean;
  }[];
  vehicles: number;
  downloadBytes: number;
  earliestFinishAt: string;
  latestFinishAt: string;
  endsTooEarly: boolean;
  complete: boolean;
};
