import { type EngineCampaign, loadActiveCampaigns } from '#lib/db/engine/campaigns.ts';
import { type CatalogSnapshot, loadCatalog } from '#lib/db/engine/catalog-snapshot.ts';
import type { DueOffers } from '#lib/db/engine/dispatch-duties.ts';
import type { PauseCause } from '#lib/domain/pause-cause.ts';
import { type AppliedEvents, joinApplied, nothingApplied } from '#lib/services/apply-assignment-events.ts';
import { announceWaves } from './announce.ts';
import { pauseAutomatically, stepSchedule, stepWaves } from './campaign-steps.ts';
import type { EngineDeps } from './deps.ts';
import { createDispatcher, type Dispatched } from './dispatch.ts';
import { healWave } from './heal.ts';
import { type Joined, joinContinuous } from './joining.ts';
import { createPlanner } from './plan.ts';
import { repeatRefusedOffers } from './refused-offers.ts';
import { requestProofs, requestReports } from './request-reports.ts';
import { settleRetired } from './retired.ts';
import { createAheadSigner } from './sign-ahead.ts';
import { takeSilentOffline } from './silent.ts';
import { watchForStalls } from './stalls.ts';
import { sweepStep } from './sweep.ts';
import { ringTimers } from './timers.ts';

/** How often parked offers are compared with who is online, beyond what presence itself brings. */
const HEAL_MS = 10 * 60_000;
/** How often running waves and vehicles without presence are looked at for silence. */
const SILENCE_LOOK_MS = 60_000;

export type LeadResult = {
  applied: AppliedEvents;
  /** Campaigns that moved or were planned further. */
  moved: boolean;
  /** There is more to do at once. */
  again: boolean;
};

export type EngineCore = {
  /** The duties of one worker at a time: plans, sweeps, timers, schedules, waves, announcements. */
  lead(now: () => Date): Promise<LeadResult>;
  /** Lets vehicles that changed join continuous campaigns; for the leader, between its other duties. */
  join(now: () => Date): Promise<Joined>;
  /** Offers to those who have just joined, without looking for what else is due. */
  offer(due: DueOffers, now: () => Date): Promise<Dispatched>;
  /** Signs a batch of offers that wait; for the leader, while it has nothing better to do. */
  signAhead(now: () => Date): Promise<{ more: boolean }>;
  /** The duties of all workers: due offers and cancellations. It may run again before the last one's are finished. */
  dispatch(now: () => Date, signal?: AbortSignal): Promise<Dispatched>;
};

/** The engine without clock and loops; every instant comes from the caller. */
export function createEngineCore(deps: EngineDeps): EngineCore {
  const planner = createPlanner(deps.db.pool, deps.slot);
  const dispatcher = createDispatcher(deps);
  const ahead = createAheadSigner(deps);
  let catalog: CatalogSnapshot | undefined;
  let aheadCatalog: CatalogSnapshot | undefined;
  let healedAt = 0;
  let silenceAt = 0;

  let joining: Promise<Joined> | undefined;
  let queueLeft = Promise.resolve();
  const joinOnce = (now: Date) => {
    joining ??= queueLeft
      .then(() => joinContinuous(deps, planner, now))
      .then((joined) => {
        // What stays in the queue because this fails is looked at again.
        queueLeft = joined.left.catch((error: unknown) =>
          deps.log.warn({ err: error }, 'vehicles that were looked at are still queued for joining'),
        );
        return joined;
      })
      .finally(() => {
        joining = undefined;
      });
    return joining;
  };

  const leadCampaign = async (
    campaign: EngineCampaign,
    snapshot: CatalogSnapshot,
    result: LeadResult,
    now: () => Date,
  ): Promise<void> => {
    if (campaign.sweep) {
      const { done, applied } = await sweepStep(deps, campaign.id, now());
      result.applied = joinApplied(result.applied, applied);
      result.moved = true;
      result.again ||= !done;
      return;
    }
    const steps = [await stepSchedule(deps, campaign, now())];
    const isPlanned = campaign.planState !== 'planning';
    // A pause holds back offers, not the plan: a half of one would hold up the joining of every campaign.
    if (!steps[0]?.moved && !isPlanned && (campaign.state === 'running' || campaign.state === 'paused')) {
      const { done } = await planner.step(campaign, now());
      steps.push({ moved: true });
      deps.log.debug({ campaign: campaign.id, done }, 'planned a chunk');
    } else if (!steps[0]?.moved && isPlanned && campaign.state === 'running') {
      const cause = withdrawnCause(campaign, snapshot);
      if (cause) steps.push(await pauseAutomatically(deps, campaign, cause, now()));
      else {
        steps.push(await stepWaves(deps, campaign, now()));
        if (await announceWaves(deps, campaign, snapshot, now)) steps.push({ moved: true });
      }
    }
    const moved = steps.some((step) => step.moved);
    result.moved ||= moved;
    result.again ||= moved;
  };

  return {
    async lead(now) {
      const result: LeadResult = { applied: nothingApplied(), moved: false, again: false };
      const timers = await ringTimers(deps, now());
      result.applied = timers.applied;
      result.again = timers.more;
      await requestReports(deps, timers.applied.reportRequests, now());
      const campaigns = await loadActiveCampaigns(deps.db.pool);
      if (campaigns.length > 0) catalog = await loadCatalog(deps.db.pool, catalog);
      for (const campaign of campaigns) {
        if (!catalog) break;
        try {
          await leadCampaign(campaign, catalog, result, now);
        } catch (error) {
          // One campaign that cannot go on must not hold the others.
          deps.log.error(
            { err: error, campaign: campaign.id },
            `the campaign “${campaign.name}” could not be driven`,
          );
        }
      }
      const { joined, more } = await joinOnce(now());
      result.moved ||= joined > 0;
      result.again ||= more;
      if (now().getTime() - healedAt >= HEAL_MS) {
        healedAt = now().getTime();
        result.applied = joinApplied(result.applied, await settleRetired(deps, now()));
        for (const campaign of campaigns) {
          const { id, state, definition } = campaign;
          if (state !== 'running') continue;
          for (const index of definition.waves.keys()) await healWave(deps.db.pool, id, index, now());
          await requestProofs(deps, id, now());
          result.applied = joinApplied(result.applied, await repeatRefusedOffers(deps, campaign, now()));
        }
      }
      if (now().getTime() - silenceAt >= SILENCE_LOOK_MS) {
        await watchForStalls(deps, campaigns, now());
        const silent = await takeSilentOffline(deps, now());
        result.applied = joinApplied(result.applied, silent.applied);
        if (silent.more) result.again = true;
        else silenceAt = now().getTime();
      }
      return result;
    },

    join: (now) => joinOnce(now()),

    async signAhead(now) {
      const campaigns = await loadActiveCampaigns(deps.db.pool);
      if (!campaigns.some(({ state }) => state === 'running')) return { more: false };
      aheadCatalog = await loadCatalog(deps.db.pool, aheadCatalog);
      return { more: await ahead.step(campaigns, aheadCatalog, now()) };
    },

    offer: (due, now) => dispatcher.offer(due, now),

    dispatch: (now, signal) => dispatcher.run(now, signal),
  };
}

function withdrawnCause(campaign: EngineCampaign, { catalog }: CatalogSnapshot): PauseCause | undefined {
  const withdrawn = campaign.definition.releaseIds
    .map((id) => catalog.releases.get(id))
    .find((release) => release?.state === 'withdrawn');
  if (!withdrawn) return undefined;
  return { kind: 'release_withdrawn', ecuType: withdrawn.ecuType, version: withdrawn.version };
}
