import type pg from 'pg';
import { type EngineCampaign, type EngineWave, lockCampaign } from '#lib/db/engine/campaigns.ts';
import type { CatalogSnapshot } from '#lib/db/engine/catalog-snapshot.ts';
import {
  type DueRow,
  type LeasedRow,
  leaseRows,
  lockDue,
  type ParkedRow,
  parkRows,
  readDocuments,
  readDue,
  type StoredDocument,
  storeDocuments,
} from '#lib/db/engine/claim-rows.ts';
import { readCounters } from '#lib/db/engine/counters.ts';
import { overlapsLost } from '#lib/db/engine/overlaps-lost.ts';
import { targetsOf } from '#lib/db/engine/plan-decisions.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import type { VerdictSource } from '#lib/db/engine/verdicts.ts';
import type { UpdateStep } from '#lib/domain/configuration.ts';
import { decideRate } from '#lib/domain/rate.ts';
import type { WindowClock } from '#lib/domain/schedule.ts';
import { countsOf, succeededOf } from '#lib/domain/wave-counts.ts';
import { applyAssignmentEvents, type OccurredEvent } from '#lib/services/apply-assignment-events.ts';
import { type ClaimDecision, decideClaim } from './claim-decision.ts';
import type { EngineDeps } from './deps.ts';
import { type DirectorEnvelope, signDirectorDocument } from './director-document.ts';

/** For how long a claimed assignment is one worker's; after that another publishes the same document. */
export const LEASE_MS = 30_000;
/** Assignments claimed by one transaction. */
export const CLAIM_BATCH = 500;

export type Offer = { vin: string; attempt: number; envelope: DirectorEnvelope; online: boolean };

export type Claim = {
  campaign: EngineCampaign;
  offers: Offer[];
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
 * window, vehicle online and free, configuration and releases judged again; then the signed document is stored
 * and the row leased. Publishing comes after the commit.
 */
export async function claimOffers(deps: EngineDeps, input: ClaimInput): Promise<Claim | undefined> {
  const { campaignId, wave, now } = input;
  return inTransaction(deps.db.pool, async (client) => {
    const campaign = await lockCampaign(client, campaignId);
    if (campaign?.state !== 'running') return undefined;
    const successes = campaign.definition.rate.ramp
      ? succeededOf(countsOf(await readCounters(client, campaignId)))
      : 0;
    const allowance = decideRate(campaign.definition.rate, successes, campaign.paidUntil, now);
    if (allowance.allowed === 0) return { campaign, offers: [], more: false, held: true };
    const limit = Math.min(CLAIM_BATCH, allowance.allowed);
    const vins = await lockDue(client, campaignId, wave.number, now, limit);
    if (vins.length === 0) return { campaign, offers: [], more: false, held: false };

    const rows = await readDue(client, campaignId, vins);
    const decided = await decideRows(client, { ...input, campaign }, rows);
    const offers = await carryOut(client, deps, { ...input, campaign }, decided);
    if (offers.length > 0) {
      await client.query('UPDATE campaigns SET rate_window_at = $2 WHERE id = $1', [
        campaignId,
        allowance.spend(offers.length),
      ]);
    }
    return { campaign, offers, more: vins.length === limit, held: false };
  });
}

type Decided = { row: DueRow; decision: ClaimDecision; targets: LeasedRow['targets'] };
type Input = ClaimInput & { campaign: EngineCampaign };

async function decideRows(client: pg.PoolClient, input: Input, rows: readonly DueRow[]): Promise<Decided[]> {
  const { campaign, catalog, judge, clock, now, running } = input;
  const verdicts = await judge.judge(client, rows);
  const vins = rows.map(({ vin }) => vin);
  const lostTo = await overlapsLost(client, { campaign, running, catalog, vins, verdicts });
  const campaignNames = new Map(running.map(({ id, name }) => [id, name]));
  return rows.map((row) => {
    const verdict = verdicts.get(row.vin);
    const overlap = lostTo.get(row.vin);
    const decision = decideClaim(row, { campaign, clock, verdict, overlap, campaignNames, now });
    return { row, decision, targets: targetsOf(verdict, catalog.catalog) };
  });
}

async function carryOut(
  client: pg.PoolClient,
  deps: EngineDeps,
  { campaign, catalog, now }: Input,
  decided: readonly Decided[],
): Promise<Offer[]> {
  const parked: ParkedRow[] = [];
  const events: OccurredEvent[] = [];
  const offers: Offer[] = [];
  const leased: LeasedRow[] = [];
  const documents: StoredDocument[] = [];
  /** Their offer may have been published before its worker died. */
  const recalled: string[] = [];
  const sent = await readDocuments<DirectorEnvelope>(
    client,
    decided.flatMap(({ row: { vin, leasedVersion } }) =>
      leasedVersion === null ? [] : [{ vin, version: leasedVersion }],
    ),
  );
  const occurred = (row: DueRow, event: OccurredEvent['event']) =>
    events.push({ vin: row.vin, campaignId: campaign.id, event, receivedAt: now });

  for (const { row, decision, targets } of decided) {
    const { vin, attempt } = row;
    if (decision.kind === 'park') parked.push({ vin, dueAt: decision.dueAt, reasons: decision.reasons });
    if (decision.kind === 'already_installed') {
      parked.push({ vin, dueAt: null, reasons: null });
      const order = { epoch: row.epoch, sequence: row.reportSequence };
      occurred(row, { kind: 'inventory', order, verdict: { kind: 'at_target' } });
    }
    if (decision.kind === 'exclude') {
      parked.push({ vin, dueAt: null, reasons: decision.reasons });
      const code = decision.reasons[0]?.code ?? 'excluded';
      if (row.leasedVersion !== null) recalled.push(vin);
      occurred(row, row.state === 'pending' ? { kind: 'excluded', code } : { kind: 'cancelRequested', code });
    }
    if (decision.kind !== 'offer') continue;
    const { steps } = decision.eligibility;
    const missing = steps.find(({ releaseId }) => !catalog.releases.get(releaseId)?.artifact);
    if (missing) {
      deps.log.error(
        { vin, releaseId: missing.releaseId },
        'a release without an artifact cannot be offered',
      );
      parked.push({ vin, dueAt: new Date(now.getTime() + 600_000), reasons: null });
      continue;
    }
    const repeated = repeatable(sent.get(vin), campaign.id, attempt, steps, row);
    const version = repeated ? repeated.signed.version : row.directorVersion + 1;
    const envelope =
      repeated ??
      signDirectorDocument(deps.keyring, catalog.releases, {
        vin,
        version,
        now,
        offer: { campaignId: campaign.id, attempt, steps, endAt: campaign.endAt },
      });
    if (!repeated) {
      const { expires } = envelope.signed;
      documents.push({
        vin,
        version,
        campaignId: campaign.id,
        attempt,
        envelope,
        issuedAt: now,
        expiresAt: expires,
      });
    }
    leased.push({ vin, version, configurationKey: row.configurationKey, steps, targets });
    offers.push({ vin, attempt, envelope, online: row.online });
  }

  await parkRows(client, campaign.id, parked);
  await applyAssignmentEvents(client, events, { now, shard: deps.slot });
  if (recalled.length > 0) {
    await client.query('UPDATE assignments SET cancel_due_at = $3 WHERE campaign_id = $1 AND vin = ANY($2)', [
      campaign.id,
      recalled,
      now,
    ]);
  }
  await storeDocuments(client, documents);
  await leaseRows(client, campaign.id, leased, {
    by: `worker-${deps.slot}`,
    at: now,
    until: new Date(now.getTime() + LEASE_MS),
  });
  return offers;
}

/** The document of a lease that ran out, where it still is the newest and says the same: it is sent again as it is. */
function repeatable(
  envelope: DirectorEnvelope | undefined,
  campaignId: string,
  attempt: number,
  steps: readonly UpdateStep[],
  row: DueRow,
): DirectorEnvelope | undefined {
  if (!envelope || envelope.signed.version !== row.directorVersion) return undefined;
  const { signed } = envelope;
  if (signed.campaignId !== campaignId || signed.attempt !== attempt) return undefined;
  const wanted = steps.map(({ ecuId, releaseId }) => `${ecuId} ${releaseId}`).sort();
  const stated = Object.values(signed.targets).map(({ custom }) => `${custom.ecuId} ${custom.releaseId}`);
  return wanted.join() === stated.sort().join() ? envelope : undefined;
}
