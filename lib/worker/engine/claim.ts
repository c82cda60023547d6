import type pg from 'pg';
import { type EngineCampaign, type EngineWave, lockCampaign } from '#lib/db/engine/campaigns.ts';
import type { CatalogSnapshot } from '#lib/db/engine/catalog-snapshot.ts';
import { type DueRow, type LeasedRow, lockDue, readDue } from '#lib/db/engine/claim-rows.ts';
import { readCounters } from '#lib/db/engine/counters.ts';
import { overlapsLost } from '#lib/db/engine/overlaps-lost.ts';
import { targetsOf } from '#lib/db/engine/plan-decisions.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import type { VerdictSource } from '#lib/db/engine/verdicts.ts';
import type { ConfigurationVerdict } from '#lib/domain/eligibility.ts';
import { decideRate } from '#lib/domain/rate.ts';
import type { WindowClock } from '#lib/domain/schedule.ts';
import { countsOf, succeededOf } from '#lib/domain/wave-counts.ts';
import { type ClaimedOffer, carryOut, type Decided } from './carry-out.ts';
import { decideClaim } from './claim-decision.ts';
import type { EngineDeps } from './deps.ts';
import { createOfferSigner, type OfferSigner } from './offer-signer.ts';

/** Assignments claimed by one transaction. */
export const CLAIM_BATCH = 500;

export type Claim = {
  campaign: EngineCampaign;
  offers: ClaimedOffer[];
  signer: OfferSigner;
  at: Date;
  /** More may be due right now. */
  more: boolean;
  /** The rate allows nothing at this moment. */
  held: boolean;
};

export type ClaimInput = {
  campaignId: string;
  wave: EngineWave;
  /** Running campaigns, those that go first first. */
  running: readonly EngineCampaign[];
  catalog: CatalogSnapshot;
  judge: VerdictSource;
  clock: WindowClock;
  now: Date;
};

/**
 * Claims due assignments of one wave in one transaction: campaign still running, no fleet-wide stop, rate,
 * window, vehicle online and free, configuration and releases judged again; then the row is leased and its vehicle's
 * next version taken. Signing and publishing come after the commit, while the next rows are claimed.
 */
export async function claimOffers(deps: EngineDeps, input: ClaimInput): Promise<Claim | undefined> {
  const { campaignId, wave, now } = input;
  const claim = async (client: pg.PoolClient): Promise<Claim | undefined> => {
    const campaign = await lockCampaign(client, campaignId);
    if (campaign?.state !== 'running') return undefined;
    const successes = campaign.definition.rate.ramp
      ? succeededOf(countsOf(await readCounters(client, campaignId)))
      : 0;
    const allowance = decideRate(campaign.definition.rate, successes, campaign.paidUntil, now);
    const signer = createOfferSigner(deps.keyring, input.catalog, campaign, now);
    if (allowance.allowed === 0) return { campaign, signer, at: now, offers: [], more: false, held: true };
    const limit = Math.min(CLAIM_BATCH, allowance.allowed);
    const vins = await lockDue(client, campaignId, wave.number, now, limit);
    if (vins.length === 0) return { campaign, signer, at: now, offers: [], more: false, held: false };

    const rows = await readDue(client, campaignId, vins);
    const decided = await decideRows(client, { ...input, campaign }, rows);
    const offers = await carryOut(client, deps, { ...input, campaign, signer }, decided);
    if (offers.length > 0) {
      await client.query('UPDATE campaigns SET rate_window_at = $2 WHERE id = $1', [
        campaignId,
        allowance.spend(offers.length),
      ]);
    }
    return { campaign, signer, at: now, offers, more: vins.length === limit, held: false };
  };
  return inTransaction(deps.db.pool, claim, { flush: 'later' });
}

type Input = ClaimInput & { campaign: EngineCampaign };

async function decideRows(client: pg.PoolClient, input: Input, rows: readonly DueRow[]): Promise<Decided[]> {
  const { campaign, catalog, judge, clock, now, running } = input;
  const verdicts = await judge.judge(client, rows);
  const vins = rows.map(({ vin }) => vin);
  const lostTo = await overlapsLost(client, { campaign, running, catalog, vins, verdicts });
  const campaignNames = new Map(running.map(({ id, name }) => [id, name]));
  const targets = new Map<ConfigurationVerdict | undefined, LeasedRow['targets']>();
  for (const verdict of verdicts.values()) {
    if (!targets.has(verdict)) targets.set(verdict, targetsOf(verdict, catalog.catalog));
  }
  return rows.map((row) => {
    const verdict = verdicts.get(row.vin);
    const overlap = lostTo.get(row.vin);
    const decision = decideClaim(row, { campaign, clock, verdict, overlap, campaignNames, now });
    return { row, decision, targets: targets.get(verdict) ?? [] };
  });
}
