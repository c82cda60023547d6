import type pg from 'pg';
import { type EngineCampaign, type EngineWave, loadWaves, lockCampaign } from '#lib/db/engine/campaigns.ts';
import { type CatalogSnapshot, loadCatalog } from '#lib/db/engine/catalog-snapshot.ts';
import { lockVehicles } from '#lib/db/engine/lock-vehicles.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import { type VerdictSource, verdictSource } from '#lib/db/engine/verdicts.ts';
import type { AssignmentEvent } from '#lib/domain/assignment-snapshot.ts';
import { createWindowClock, type WindowClock } from '#lib/domain/schedule.ts';
import type { CampaignState } from '#lib/domain/states.ts';
import { vehicleTopic } from '#lib/protocol/topics.ts';
import {
  type AppliedEvents,
  applyAssignmentEvents,
  joinApplied,
  nothingApplied,
} from '#lib/services/apply-assignment-events.ts';
import { LEASE_MS } from './carry-out.ts';
import { type Claim, claimOffers } from './claim.ts';
import type { EngineDeps } from './deps.ts';
import { directorMessage } from './director-document.ts';
import { signOffers } from './sign-offers.ts';

/** Claimed batches that are being published at the same time. */
const BATCHES_IN_FLIGHT = 4;
/** After a failed publication its row rests this long. */
const RETRY_MS = 2_000;

export type DispatchResult = {
  applied: AppliedEvents;
  published: number;
  failed: number;
  /** The rate holds offers back: look again soon. */
  held: boolean;
};

export type Dispatcher = {
  /** Ends early, between batches, when `signal` is aborted. */
  run(running: readonly EngineCampaign[], now: () => Date, signal?: AbortSignal): Promise<DispatchResult>;
};

/** Publishes what is due, batch by batch, until nothing more is. */
export function createDispatcher(deps: EngineDeps): Dispatcher {
  let catalog: CatalogSnapshot | undefined;
  const judges = new Map<
    string,
    { catalog: CatalogSnapshot; revision: number; judge: VerdictSource; clock: WindowClock }
  >();

  const toolsOf = (campaign: EngineCampaign, snapshot: CatalogSnapshot) => {
    const known = judges.get(campaign.id);
    if (known?.catalog === snapshot && known.revision === campaign.revision) return known;
    const tools = {
      catalog: snapshot,
      revision: campaign.revision,
      judge: verdictSource(campaign.definition, snapshot),
      clock: createWindowClock(campaign.definition.schedule.windows),
    };
    judges.set(campaign.id, tools);
    return tools;
  };

  return {
    async run(running, now, signal) {
      const result: DispatchResult = { applied: nothingApplied(), published: 0, failed: 0, held: false };
      for (const id of judges.keys()) if (!running.some((campaign) => campaign.id === id)) judges.delete(id);
      if (running.length === 0) return result;
      const inFlight = new Set<Promise<void>>();
      const finish = (outcome: PublishOutcome) => {
        result.applied = joinApplied(result.applied, outcome.applied);
        result.published += outcome.published;
        result.failed += outcome.failed;
      };
      // One batch a wave in turn, so that no campaign waits for another's million.
      let queue = await openWaves(deps, running);
      while (queue.length > 0 && !signal?.aborted) {
        // A release may be withdrawn while a long queue is worked off.
        catalog = await loadCatalog(deps.db.pool, catalog);
        const again: typeof queue = [];
        for (const { campaign, wave } of queue) {
          const { judge, clock } = toolsOf(campaign, catalog);
          const input = { campaignId: campaign.id, wave, running, catalog, judge, clock, now: now() };
          const claim = await claimOffers(deps, input);
          if (claim?.more) again.push({ campaign, wave });
          result.held ||= claim?.held ?? false;
          if (!claim || claim.offers.length === 0) continue;
          const batch = publishClaim(deps, claim, now)
            .then(finish)
            // What was published stays leased: after the lease the same documents go out again.
            .catch((error) => deps.log.error({ err: error }, 'claimed offers could not be signed or stored'))
            .finally(() => inFlight.delete(batch));
          inFlight.add(batch);
          if (inFlight.size >= BATCHES_IN_FLIGHT) await Promise.race(inFlight);
        }
        queue = again;
      }
      await Promise.all(inFlight);
      return result;
    },
  };
}

/** Waves that offers may come from: begun, and announced where the campaign is broadcast. */
async function openWaves(deps: EngineDeps, running: readonly EngineCampaign[]) {
  const open: { campaign: EngineCampaign; wave: EngineWave }[] = [];
  for (const campaign of running) {
    for (const wave of await loadWaves(deps.db.pool, campaign.id)) {
      if (wave.state === 'waiting') continue;
      if (campaign.definition.delivery === 'broadcast' && wave.announcedAt === null) continue;
      open.push({ campaign, wave });
    }
  }
  return open;
}

type PublishOutcome = { applied: AppliedEvents; published: number; failed: number };

/** Signs and publishes a claim and stores what the broker accepted; the rest is due again soon. */
async function publishClaim(deps: EngineDeps, claim: Claim, now: () => Date): Promise<PublishOutcome> {
  const { campaign } = claim;
  const offers = await signOffers(deps, claim, claim.at);
  const accepted: { vin: string; attempt: number; version: number; online: boolean; latencyMs: number }[] =
    [];
  const failed: string[] = [];
  let failure: unknown;
  await Promise.all(
    offers.map(async ({ attempt, document, online }) => {
      const { vin, version, expiresAt } = document;
      const at = now();
      const from = performance.now();
      try {
        await deps.publish(
          vehicleTopic(deps.topics, 'otaUpdate', vin),
          directorMessage(document, deps.payloadUrl, at),
          {
            qos: campaign.definition.qos,
            expirySeconds: Math.max(1, Math.round((expiresAt.getTime() - at.getTime()) / 1000)),
          },
        );
        accepted.push({
          vin,
          attempt,
          online,
          version,
          latencyMs: performance.now() - from,
        });
      } catch (error) {
        failure = error;
        failed.push(vin);
      }
    }),
  );
  if (failed.length > 0)
    deps.log.warn({ err: failure, vehicles: failed.length }, 'offers could not be published');
  const receivedAt = now();
  const store = async (client: pg.PoolClient) => {
    if (failed.length > 0) {
      const again = new Date(receivedAt.getTime() + Math.min(RETRY_MS, LEASE_MS));
      await client.query(
        `UPDATE assignments SET leased_until = $3, due_at = $3
         WHERE campaign_id = $1 AND vin = ANY($2) AND leased_by IS NOT NULL`,
        [campaign.id, failed.sort(), again],
      );
    }
    await lockVehicles(
      client,
      accepted.map(({ vin }) => vin),
    );
    return applyAssignmentEvents(
      client,
      accepted.map(({ vin, attempt, version, online, latencyMs }) => ({
        vin,
        campaignId: campaign.id,
        event: { kind: 'published', attempt, online },
        receivedAt,
        latencyMs,
        data: {
          qos: campaign.definition.qos,
          version,
          receipts: deps.receipts && campaign.definition.qos > 0,
        },
      })),
      { now: receivedAt, shard: deps.slot },
    );
  };
  // What a crash of the server takes back of this stays leased, and is published again as it was.
  const applied = await inTransaction(deps.db.pool, store, { flush: 'later' });
  const overtaken = await withdrawOvertaken(
    deps,
    campaign.id,
    accepted.map(({ vin }) => vin),
    receivedAt,
  );
  return { applied: joinApplied(applied, overtaken), published: accepted.length, failed: failed.length };
}

/**
 * A pause, an abort or the end may have swept over a campaign while its offers were on their way: these are told
 * now. Whoever comes after this look finds them notified by itself.
 */
async function withdrawOvertaken(
  deps: EngineDeps,
  campaignId: string,
  vins: readonly string[],
  now: Date,
): Promise<AppliedEvents> {
  const { rows } = await deps.db.pool.query<{ state: CampaignState }>(
    'SELECT state FROM campaigns WHERE id = $1',
    [campaignId],
  );
  if (!rows[0] || rows[0].state === 'running' || vins.length === 0) return nothingApplied();
  return inTransaction(deps.db.pool, async (client) => {
    // Locked, so that no resumption is told to these vehicles before the pause is.
    const campaign = await lockCampaign(client, campaignId);
    if (!campaign || campaign.state === 'running') return nothingApplied();
    const event: AssignmentEvent =
      campaign.state === 'paused'
        ? { kind: 'cancelRequested', code: 'paused' }
        : { kind: 'campaignEnded', behaviour: campaign.abortMode ?? 'cancel_all', waveBegun: true };
    await lockVehicles(client, vins);
    const events = vins.map((vin) => ({ vin, campaignId, event, receivedAt: now }));
    return applyAssignmentEvents(client, events, { now, shard: deps.slot });
  });
}
