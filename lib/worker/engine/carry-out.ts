import type pg from 'pg';
import type { AssignmentRow } from '#lib/db/engine/assignment-rows.ts';
import type { EngineCampaign } from '#lib/db/engine/campaigns.ts';
import type { CatalogSnapshot } from '#lib/db/engine/catalog-snapshot.ts';
import {
  type LeasedRow,
  leaseRows,
  type ParkedRow,
  parkRows,
  raiseVersions,
  readDocuments,
} from '#lib/db/engine/claim-rows.ts';
import type { DueRow } from '#lib/db/engine/due-rows.ts';
import type { Last } from '#lib/db/engine/transaction.ts';
import { newAssignment } from '#lib/domain/assignment-snapshot.ts';
import type { UpdateStep } from '#lib/domain/configuration.ts';
import { applyAssignmentEvents, type OccurredEvent } from '#lib/services/apply-assignment-events.ts';
import type { ClaimDecision } from './claim-decision.ts';
import type { EngineDeps } from './deps.ts';
import { type DirectorDocument, readDocument } from './director-document.ts';
import type { OfferSigner } from './offer-signer.ts';

/** For how long a claimed assignment is one worker's; after that another publishes the same document. */
export const LEASE_MS = 30_000;
/** A document that was signed longer ago than this is signed anew. */
export const AHEAD_VALID_MS = 24 * 3_600_000;

export type Decided = { row: DueRow; decision: ClaimDecision; targets: LeasedRow['targets'] };

/** An offer under a lease; without a document it is still to be signed. */
export type ClaimedOffer = {
  vin: string;
  attempt: number;
  version: number;
  steps: readonly UpdateStep[];
  document: DirectorDocument | undefined;
  online: boolean;
  /** The row as the claim leaves it, where that is known without reading it. */
  claimed: AssignmentRow | undefined;
};

type CarryOutInput = {
  campaign: EngineCampaign;
  catalog: CatalogSnapshot;
  signer: OfferSigner;
  now: Date;
  last: Last;
};

/** Stores what was decided of due rows in the claim's transaction: parks, settles, or leases them for their offers. */
export async function carryOut(
  client: pg.PoolClient,
  deps: EngineDeps,
  { campaign, catalog, signer, now, last }: CarryOutInput,
  decided: readonly Decided[],
): Promise<ClaimedOffer[]> {
  const parked: ParkedRow[] = [];
  const events: OccurredEvent[] = [];
  const offers: ClaimedOffer[] = [];
  const leased: LeasedRow[] = [];
  const raised: { vin: string; version: number }[] = [];
  /** Their offer may have been published before its worker died. */
  const recalled: string[] = [];
  const lease = { by: `worker-${deps.slot}`, at: now, until: new Date(now.getTime() + LEASE_MS) };
  const sent = await readDocuments(
    client,
    decided.flatMap(({ row: { vin, leasedVersion } }) =>
      leasedVersion === null ? [] : [{ vin, version: leasedVersion }],
    ),
  );
  const occurred = (row: DueRow, event: OccurredEvent['event']) =>
    events.push({ vin: row.vin, campaignId: campaign.id, event, receivedAt: now });

  for (const { row, decision, targets } of decided) {
    const { vin, attempt } = row;
    const mayBeOut = row.leasedVersion !== null;
    if (decision.kind === 'park')
      parked.push({ vin, dueAt: decision.dueAt, reasons: decision.reasons, mayBeOut });
    if (decision.kind === 'already_installed') {
      parked.push({ vin, dueAt: null, reasons: null, mayBeOut: false });
      const order = { epoch: row.epoch, sequence: row.reportSequence };
      occurred(row, { kind: 'inventory', order, verdict: { kind: 'at_target' } });
    }
    if (decision.kind === 'exclude') {
      parked.push({ vin, dueAt: null, reasons: decision.reasons, mayBeOut: false });
      const code = decision.reasons[0]?.code ?? 'excluded';
      if (mayBeOut) recalled.push(vin);
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
      parked.push({ vin, dueAt: new Date(now.getTime() + 600_000), reasons: null, mayBeOut });
      continue;
    }
    const repeated = repeatable(sent.get(vin), signer, campaign.id, steps, row);
    const document = repeated ?? signedAhead(signer, row, steps, now);
    const version = repeated?.version ?? row.directorVersion + 1;
    if (!repeated) raised.push({ vin, version });
    leased.push({ vin, version, configurationKey: row.configurationKey, steps, targets });
    const claimed = row.asPlanned
      ? claimedRow({ campaignId: campaign.id, vin, wave: row.wave, steps, targets }, lease)
      : undefined;
    offers.push({ vin, attempt, version, steps, document, online: row.online, claimed });
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
  last(raiseVersions(client, raised));
  last(leaseRows(client, campaign.id, leased, lease));
  return offers;
}

/** A planned assignment under its first lease. */
function claimedRow(
  planned: Pick<AssignmentRow, 'campaignId' | 'vin' | 'wave' | 'steps' | 'targets'>,
  lease: { by: string; at: Date; until: Date },
): AssignmentRow {
  return {
    ...planned,
    snapshot: { ...newAssignment(lease.at), dueAt: lease.until },
    reasonDetail: null,
    failedFromVersion: null,
    cancelDueAt: null,
    urlsDueAt: null,
    leasedBy: lease.by,
    claimedAt: lease.at,
  };
}

/**
 * The document of a lease that ran out, where it still is the newest, says the same and is signed by the key that
 * counts: it is sent again as it is.
 */
function repeatable(
  stored: { envelope: string; basis: string | null } | undefined,
  signer: OfferSigner,
  campaignId: string,
  steps: readonly UpdateStep[],
  { attempt, directorVersion }: DueRow,
): DirectorDocument | undefined {
  if (!stored) return undefined;
  // Signed ahead, and perhaps put aside when its turn came.
  if (stored.basis !== null && stored.basis !== signer.basisOf(attempt, steps)) return undefined;
  const { document, signed, signatures } = readDocument(stored.envelope);
  if (!signatures.some(({ keyid }) => keyid === signer.keyId)) return undefined;
  if (signed.version !== directorVersion) return undefined;
  if (signed.campaignId !== campaignId || signed.attempt !== attempt) return undefined;
  const wanted = steps.map(({ ecuId, releaseId }) => `${ecuId} ${releaseId}`).sort();
  const stated = Object.values(signed.targets).map(({ custom }) => `${custom.ecuId} ${custom.releaseId}`);
  return wanted.join() === stated.sort().join() ? document : undefined;
}

/** The document that was signed ahead, where it says what would be signed now and is not too old. */
function signedAhead(
  signer: OfferSigner,
  { vin, attempt, directorVersion, prepared }: DueRow,
  steps: readonly UpdateStep[],
  now: Date,
): DirectorDocument | undefined {
  if (prepared?.basis !== signer.basisOf(attempt, steps)) return undefined;
  const age = now.getTime() - prepared.issuedAt.getTime();
  if (age < 0 || age > AHEAD_VALID_MS) return undefined;
  const { envelope, expiresAt } = prepared;
  return {
    vin,
    version: directorVersion + 1,
    envelope,
    artifacts: signer.artifactsOf(attempt, steps),
    expiresAt,
  };
}
