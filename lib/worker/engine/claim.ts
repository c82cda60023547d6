import type pg from 'pg';
import { type EngineCampaign, lockCampaign } from '#lib/db/engine/campaigns.ts';
import type { CatalogSnapshot } from '#lib/db/engine/catalog-snapshot.ts';
import { type LeasedRow, storeDocuments } from '#lib/db/engine/claim-rows.ts';
import { readCounters } from '#lib/db/engine/counters.ts';
import { type DueRow, lockDue, readDue } from '#lib/db/engine/due-rows.ts';
import { overlapsLost } from '#lib/db/engine/overlaps-lost.ts';
import { targetsOf } from '#lib/db/engine/plan-decisions.ts';
import { inTransaction, type Last, transactionIdOf } from '#lib/db/engine/transaction.ts';
import type { VerdictSource } from '#lib/db/engine/verdicts.ts';
import { together } from '#lib/db/together.ts';
import type { ConfigurationVerdict } from '#lib/domain/eligibility.ts';
import { decideRate } from '#lib/domain/rate.ts';
import type { WindowClock } from '#lib/domain/schedule.ts';
import { countsOf, succeededOf } from '#lib/domain/wave-counts.ts';
import { type ClaimedOffer, carryOut, type Decided } from './carry-out.ts';
import { decideClaim } from './claim-decision.ts';
import type { EngineDeps } from './deps.ts';
import { createOfferSigner, type OfferSigner } from './offer-signer.ts';
import { signClaimed } from './sign-offers.ts';

/** Assignments claimed by one transaction. */
export const CLAIM_BATCH = 500;
/** As many offers are signed within the claim's transaction: that costs its locks less than a second commit costs them. */
const SIGN_AT_ONCE = 32;

export type Claim = {
  campaign: EngineCampaign;
  offers: ClaimedOffer[];
  signer: OfferSigner;
  at: Date;
  /** The transaction that claimed them, as rows name it. */
  transactionId: string;
  /** The claim and its documents are on disk. */
  durable: boolean;
  /** More may be due right now. */
  more: boolean;
  /** The rate allows nothing at this moment. */
  held: boolean;
};

export type ClaimInput = {
  /** As it was read a moment ago. */
  campaign: EngineCampaign;
  wave: number;
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
 * next version taken. A few offers are signed here and now; the signatures of many, as all publications, come after the
 * commit, while the next rows are claimed.
 */
export async function claimOffers(deps: EngineDeps, input: ClaimInput): Promise<Claim | undefined> {
  const claim = async (client: pg.PoolClient, last: Last): Promise<Claim | undefined> => {
    const locked = await lockCampaignAndDue(client, input);
    if (!locked) return undefined;
    const { campaign, allowance, due, more, transactionId } = locked;
    const at = input.now;
    const signer = createOfferSigner(deps.keyring, input.catalog, campaign, at);
    const nothing = {
      campaign,
      signer,
      at,
      transactionId,
      offers: [],
      durable: false,
      more: false,
      held: false,
    };
    if (allowance.allowed === 0) return { ...nothing, held: true };
    if (due.length === 0) return nothing;

    const rows = await readDue(client, campaign.id, due);
    const decided = await decideRows(client, { ...input, campaign }, rows);
    const offers = await carryOut(client, deps, { ...input, campaign, signer, last }, decided);
    if (offers.length === 0) return { ...nothing, more };
    const text = 'UPDATE campaigns SET rate_window_at = $2 WHERE id = $1';
    last(client.query(text, [campaign.id, allowance.spend(offers.length)]));
    if (offers.length > SIGN_AT_ONCE) return { ...nothing, offers, more };
    const { signed, fresh } = signClaimed({ campaign, signer, offers }, at);
    last(storeDocuments(client, fresh));
    last(client.query('SET LOCAL synchronous_commit = on'));
    return { ...nothing, offers: signed, durable: true, more };
  };
  return inTransaction(deps.db.pool, claim, { flush: 'later' });
}

/** Locks the campaign and what is due of the wave, in one trip where the rate does not depend on anything to be read. */
async function lockCampaignAndDue(client: pg.PoolClient, { campaign: listed, wave, now }: ClaimInput) {
  const { rate } = listed.definition;
  const ahead = rate.ramp ? 0 : Math.min(CLAIM_BATCH, decideRate(rate, 0, listed.paidUntil, now).allowed);
  const lock = (limit: number) => lockDue(client, listed.id, wave, now, limit);
  const [campaign, transactionId, early] = await together(client, [
    () => lockCampaign(client, listed.id),
    () => transactionIdOf(client),
    async () => (ahead > 0 ? lock(ahead) : undefined),
  ]);
  if (campaign?.state !== 'running') return undefined;
  const { definition, paidUntil } = campaign;
  const successes = definition.rate.ramp ? succeededOf(countsOf(await readCounters(client, campaign.id))) : 0;
  const allowance = decideRate(definition.rate, successes, paidUntil, now);
  const limit = Math.min(CLAIM_BATCH, allowance.allowed, early ? ahead : CLAIM_BATCH);
  const due = early ?? (limit > 0 ? await lock(limit) : []);
  return {
    campaign,
    transactionId,
    allowance,
    due: due.slice(0, limit),
    more: limit > 0 && due.length >= limit,
  };
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
