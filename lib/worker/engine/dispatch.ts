import type { EngineCampaign } from '#lib/db/engine/campaigns.ts';
import { type CatalogSnapshot, loadCatalog } from '#lib/db/engine/catalog-snapshot.ts';
import { type DueOffers, type DueWave, readDuties } from '#lib/db/engine/dispatch-duties.ts';
import { type VerdictSource, verdictSource } from '#lib/db/engine/verdicts.ts';
import { createWindowClock, type WindowClock } from '#lib/domain/schedule.ts';
import { joinApplied, nothingApplied } from '#lib/services/apply-assignment-events.ts';
import { publishCancellations } from './cancellations.ts';
import { claimOffers } from './claim.ts';
import type { EngineDeps } from './deps.ts';
import { sendFreshUrls } from './fresh-urls.ts';
import { type PublishOutcome, publishClaim } from './publish-claim.ts';

/** Claimed batches that are being published at the same time. */
const BATCHES_IN_FLIGHT = 4;
/** After this a run ends, so that cancellations, fresh URLs and what has become due since are looked at. */
const RUN_MS = 1_000;

export type Dispatched = {
  /** The rate holds offers back: look again soon. */
  held: boolean;
  /** There is more to do at once. */
  again: boolean;
  /** What was claimed is published and stored; the next round need not wait for it. */
  finished: Promise<PublishOutcome>;
};

export type Dispatcher = {
  /**
   * Claims what is due, batch by batch, until nothing more is or a second is over. Ends early, between batches, when
   * `signal` is aborted.
   */
  run(now: () => Date, signal?: AbortSignal): Promise<Dispatched>;
  /** Claims one batch of each of these waves, because somebody knows that they are due; also while `run` is under way. */
  offer(due: DueOffers, now: () => Date): Promise<Dispatched>;
};

/** Publishes what is due: cancellations, fresh URLs, offers. */
export function createDispatcher(deps: EngineDeps): Dispatcher {
  let catalog: CatalogSnapshot | undefined;
  const toolsOf = rememberTools();
  const inFlight = new Set<Promise<unknown>>();

  const publish = (publication: Promise<PublishOutcome>) => {
    const batch = publication
      // What was published stays leased: after the lease the same documents go out again.
      .catch((error): PublishOutcome => {
        deps.log.error({ err: error }, 'claimed offers could not be signed or stored');
        return nothingPublished();
      })
      .finally(() => inFlight.delete(batch));
    inFlight.add(batch);
    return batch;
  };

  const claimAndPublish = async (
    { campaign, wave }: DueWave,
    { running, catalog }: DueOffers,
    now: () => Date,
  ) => {
    const { judge, clock } = toolsOf(campaign, running, catalog);
    const claim = await claimOffers(deps, { campaign, wave, running, catalog, judge, clock, now: now() });
    const published = claim && claim.offers.length > 0 ? publish(publishClaim(deps, claim, now)) : undefined;
    return { claim, published };
  };

  return {
    async run(now, signal) {
      const duties = await readDuties(deps.db.pool, now(), catalog);
      catalog = duties.catalog;
      const cancelled = duties.cancellations ? await publishCancellations(deps, now) : nothingCancelled;
      if (duties.urls) await sendFreshUrls(deps, now());
      const batches: Promise<PublishOutcome>[] = [];
      let held = false;
      // One batch a wave in turn, so that no campaign waits for another's million.
      let queue = duties.waves;
      const endsAt = performance.now() + RUN_MS;
      while (queue.length > 0 && !signal?.aborted && performance.now() < endsAt) {
        const again: typeof queue = [];
        for (const due of queue) {
          const { claim, published } = await claimAndPublish(due, { ...duties, catalog }, now);
          if (claim?.more) again.push({ campaign: claim.campaign, wave: due.wave });
          held ||= claim?.held ?? false;
          if (published) batches.push(published);
          if (inFlight.size >= BATCHES_IN_FLIGHT) await Promise.race(inFlight);
        }
        queue = again;
        // A release may be withdrawn while a long queue is worked off.
        if (queue.length > 0) catalog = await loadCatalog(deps.db.pool, catalog);
      }
      const finished = allOf(batches, cancelled.published);
      return { held, again: cancelled.more || queue.length > 0, finished };
    },

    async offer(due, now) {
      const batches: Promise<PublishOutcome>[] = [];
      let [held, again] = [false, false];
      for (const wave of due.waves) {
        // The broker is slow or away: by the time it answers, what is known here may be true no more.
        if (inFlight.size >= BATCHES_IN_FLIGHT) {
          again = true;
          break;
        }
        const { claim, published } = await claimAndPublish(wave, due, now);
        held ||= claim?.held ?? false;
        again ||= claim?.more ?? false;
        if (published) batches.push(published);
      }
      return { held, again, finished: allOf(batches) };
    },
  };
}

const nothingCancelled = { more: false, published: 0 };
const nothingPublished = (): PublishOutcome => ({ applied: nothingApplied(), published: 0, failed: 0 });
const allOf = async (batches: readonly Promise<PublishOutcome>[], published = 0): Promise<PublishOutcome> =>
  (await Promise.all(batches)).reduce(joinOutcomes, { ...nothingPublished(), published });
const joinOutcomes = (a: PublishOutcome, b: PublishOutcome): PublishOutcome => ({
  applied: joinApplied(a.applied, b.applied),
  published: a.published + b.published,
  failed: a.failed + b.failed,
});

type Tools = { stamp: string; revision: number; judge: VerdictSource; clock: WindowClock };

/** What a campaign's offers are judged by, for as long as campaign and catalog stay as they are. */
function rememberTools() {
  const known = new Map<string, Tools>();
  return (campaign: EngineCampaign, running: readonly EngineCampaign[], catalog: CatalogSnapshot): Tools => {
    for (const id of known.keys()) if (!running.some((one) => one.id === id)) known.delete(id);
    const before = known.get(campaign.id);
    if (before?.stamp === catalog.stamp && before.revision === campaign.revision) return before;
    const tools = {
      stamp: catalog.stamp,
      revision: campaign.revision,
      judge: verdictSource(campaign.definition, catalog),
      clock: createWindowClock(campaign.definition.schedule.windows),
    };
    known.set(campaign.id, tools);
    return tools;
  };
}
