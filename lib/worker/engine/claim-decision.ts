import type { EngineCampaign } from '#lib/db/engine/campaigns.ts';
import type { DueRow } from '#lib/db/engine/due-rows.ts';
import {
  type ConfigurationVerdict,
  decideEligibility,
  type Eligibility,
  type EligibilityVehicle,
} from '#lib/domain/eligibility.ts';
import type { ExclusionReason } from '#lib/domain/exclusion-reason.ts';
import type { WindowClock } from '#lib/domain/schedule.ts';

/** What becomes of a due assignment once its vehicle was looked at again. */
export type ClaimDecision =
  | { kind: 'offer'; eligibility: Extract<Eligibility, { kind: 'eligible' }> }
  /** Looked at again at `dueAt`; without it, when the vehicle stirs. */
  | { kind: 'park'; dueAt: Date | null; reasons: ExclusionReason[] | null }
  | { kind: 'already_installed' }
  | { kind: 'exclude'; reasons: ExclusionReason[] };

export type ClaimContext = {
  campaign: EngineCampaign;
  clock: WindowClock;
  verdict: ConfigurationVerdict | undefined;
  /** The campaign that goes first on one of the same ECUs. */
  overlap: EligibilityVehicle['overlapLostTo'];
  campaignNames: ReadonlyMap<string, string>;
  now: Date;
};

/** The re-check at the claim: the same eligibility as the plan's, with everything that holds at this moment. */
export function decideClaim(row: DueRow, context: ClaimContext): ClaimDecision {
  if (!row.online && !row.retired) return { kind: 'park', dueAt: null, reasons: null };
  const { campaign, clock, verdict, overlap, campaignNames, now } = context;
  const window = clock.stateAt(row.timeZone, now);
  const eligibility = decideEligibility({
    vehicle: {
      retired: row.retired,
      registrationComplete: row.complete,
      skilledPersonOnly: row.skilledPersonOnly,
      tcuReplaced: row.tcuReplaced,
      blockedEcuIds: row.blockedEcuIds ?? undefined,
      targeted: true,
      declined: row.declined,
      busyWith: row.busyWith
        ? { campaignId: row.busyWith, campaignName: campaignNames.get(row.busyWith) }
        : undefined,
      overlapLostTo: overlap,
      wave: { name: campaign.definition.waves[row.wave]?.name ?? '', begun: true },
      window,
    },
    verdict,
    campaign: {
      state: campaign.state,
      schedule: campaign.endAt ? { endAt: campaign.endAt.toISOString() } : {},
      offerAgainAfterRefusal: campaign.definition.offerAgainAfterRefusal,
      allowSkilledPersonOnly: campaign.definition.allowSkilledPersonOnly,
    },
    offersStopped: false,
    now,
  });
  switch (eligibility.kind) {
    case 'eligible':
      return { kind: 'offer', eligibility };
    case 'already_installed':
      return { kind: 'already_installed' };
    case 'excluded': {
      const { reasons, temporary } = eligibility;
      if (!temporary) return { kind: 'exclude', reasons };
      const onlyWindow = reasons.every(({ code }) => code === 'outside_window');
      return { kind: 'park', dueAt: onlyWindow && !window.open ? window.opensAt : null, reasons };
    }
  }
}
