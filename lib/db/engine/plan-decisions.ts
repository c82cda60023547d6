import type { TargetEcu } from '#lib/db/engine/assignment-rows.ts';
import type { FleetRow } from '#lib/db/engine/fleet-rows.ts';
import type { PlannedDecision } from '#lib/db/engine/insert-assignments.ts';
import type { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import type { Catalog } from '#lib/domain/catalog.ts';
import { type ConfigurationVerdict, decideEligibility, type Eligibility } from '#lib/domain/eligibility.ts';

type OfferChoices = Pick<CampaignDefinition, 'offerAgainAfterRefusal' | 'allowSkilledPersonOnly'>;

/** The eligibility of a targeted vehicle, apart from the moment: as if its wave had begun and its window were open. */
export function decideTargeted(
  vehicle: FleetRow,
  verdict: ConfigurationVerdict | undefined,
  definition: OfferChoices,
  now: Date,
): Eligibility {
  return decideEligibility({
    vehicle: {
      retired: vehicle.retired,
      registrationComplete: vehicle.complete,
      skilledPersonOnly: vehicle.skilledPersonOnly,
      tcuReplaced: vehicle.tcuReplaced,
      blockedEcuIds: vehicle.blockedEcuIds ?? undefined,
      targeted: true,
      declined: vehicle.declined,
      wave: { name: '', begun: true },
      window: { open: true },
    },
    verdict,
    campaign: {
      state: 'running',
      schedule: {},
      offerAgainAfterRefusal: definition.offerAgainAfterRefusal,
      allowSkilledPersonOnly: definition.allowSkilledPersonOnly,
    },
    offersStopped: false,
    now,
  });
}

/** Turns eligibility into what is stored; equal decisions are one object, so that they are sent once. */
export function planDecisions(catalog: Catalog) {
  const cache = new Map<string, PlannedDecision>();
  const byVerdict = new WeakMap<ConfigurationVerdict, PlannedDecision>();

  return {
    decide(
      vehicle: FleetRow,
      verdict: ConfigurationVerdict | undefined,
      definition: OfferChoices,
      now: Date,
    ): PlannedDecision {
      const plain = isPlain(vehicle) && verdict !== undefined;
      const known = plain ? byVerdict.get(verdict) : undefined;
      if (known) return known;
      const decision = toPlanned(decideTargeted(vehicle, verdict, definition, now), verdict, catalog);
      const key = JSON.stringify(decision);
      const shared = cache.get(key) ?? decision;
      if (cache.size < 10_000) cache.set(key, shared);
      if (plain) byVerdict.set(verdict, shared);
      return shared;
    },
  };
}

/** Nothing about the vehicle itself matters, so that its configuration's verdict decides alone. */
function isPlain(vehicle: FleetRow): boolean {
  return (
    vehicle.complete &&
    !vehicle.skilledPersonOnly &&
    !vehicle.retired &&
    !vehicle.tcuReplaced &&
    !vehicle.declined &&
    vehicle.blockedEcuIds === null
  );
}

function toPlanned(
  eligibility: Eligibility,
  verdict: ConfigurationVerdict | undefined,
  catalog: Catalog,
): PlannedDecision {
  const targets = targetsOf(verdict, catalog);
  switch (eligibility.kind) {
    case 'eligible':
      return { state: 'pending', due: true, steps: eligibility.steps, targets, reasons: null };
    case 'already_installed':
      return { state: 'already_installed', due: false, steps: [], targets, reasons: null };
    case 'excluded':
      return {
        state: eligibility.temporary ? 'pending' : 'excluded',
        due: false,
        steps: null,
        targets: null,
        reasons: eligibility.reasons,
      };
  }
}

/** The full target set of a configuration: what is to be installed, and what is there already. */
export function targetsOf(verdict: ConfigurationVerdict | undefined, catalog: Catalog): TargetEcu[] {
  if (!verdict) return [];
  const there = verdict.atTarget.flatMap(({ ecuId, releaseId }) => {
    const version = catalog.releases.get(releaseId)?.version;
    return version === undefined ? [] : [{ ecuId, version }];
  });
  return [...verdict.steps.map(({ ecuId, toVersion }) => ({ ecuId, version: toVersion })), ...there];
}
