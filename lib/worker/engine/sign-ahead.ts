import {
  type EngineCampaign,
  type EngineWave,
  loadWaves,
  OFFERS_ALLOWED_SQL,
} from '#lib/db/engine/campaigns.ts';
import type { CatalogSnapshot } from '#lib/db/engine/catalog-snapshot.ts';
import { type StoredDocument, storeDocuments } from '#lib/db/engine/claim-rows.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import { type DueCursor, lockUntold, readUnsigned } from '#lib/db/engine/unsigned-rows.ts';
import { type VerdictSource, verdictSource } from '#lib/db/engine/verdicts.ts';
import { AHEAD_VALID_MS } from './carry-out.ts';
import type { EngineDeps } from './deps.ts';
import { createOfferSigner } from './offer-signer.ts';

const BATCH = 500;
/** A wave that was signed to its end is looked at again after this: vehicles come online, documents age. */
const AGAIN_MS = 60_000;

const BEGIN: DueCursor = { dueAt: new Date(0), vin: '' };

export type AheadSigner = {
  /** Signs one batch of one wave that waits; tells whether there may be more to sign at once. */
  step(campaigns: readonly EngineCampaign[], catalog: CatalogSnapshot, now: Date): Promise<boolean>;
};

type Progress = {
  catalog: CatalogSnapshot;
  revision: number;
  judge: VerdictSource;
  after: DueCursor;
  restUntil: number;
};

/**
 * Signs offers while they have to wait: those of the next wave of a campaign, those that a window or the fleet-wide
 * stop holds back. The claim takes such a document only if it says what would be signed then; until that moment it
 * binds nobody, because its version is above the vehicle's.
 */
export function createAheadSigner(deps: EngineDeps): AheadSigner {
  const waves = new Map<string, Progress>();

  return {
    async step(campaigns, catalog, now) {
      const { rows } = await deps.db.pool.query<{ allowed: boolean }>(
        `SELECT ${OFFERS_ALLOWED_SQL} AS allowed`,
      );
      for (const campaign of campaigns) {
        if (!mayWait(campaign)) continue;
        for (const { wave, held } of waiting(await loadWaves(deps.db.pool, campaign.id), !rows[0]?.allowed)) {
          const id = `${campaign.id} ${wave.number}`;
          const known = waves.get(id);
          const isKnown = known?.catalog === catalog && known.revision === campaign.revision;
          const progress: Progress = isKnown
            ? known
            : {
                catalog,
                revision: campaign.revision,
                judge: verdictSource(campaign.definition, catalog),
                after: BEGIN,
                restUntil: 0,
              };
          waves.set(id, progress);
          if (progress.restUntil > now.getTime()) continue;
          const last = await signBatch(deps, { campaign, wave, held, progress, now });
          progress.after = last ?? BEGIN;
          if (last === null) progress.restUntil = now.getTime() + AGAIN_MS;
          else return true;
        }
      }
      for (const id of waves.keys()) {
        if (!campaigns.some((campaign) => id.startsWith(`${campaign.id} `))) waves.delete(id);
      }
      return false;
    },
  };
}

function mayWait({ state, sweep, planState, definition }: EngineCampaign): boolean {
  return (
    state === 'running' && sweep === null && planState === 'planned' && definition.delivery === 'targeted'
  );
}

/** Waves with offers that wait: the begun ones (`held`: only those not due yet), and the first that has not begun. */
function waiting(waves: readonly EngineWave[], stopped: boolean): { wave: EngineWave; held: boolean }[] {
  const begun = waves.filter(({ state }) => state !== 'waiting');
  const next = waves.find(({ state }) => state === 'waiting');
  return [...begun.map((wave) => ({ wave, held: !stopped })), ...(next ? [{ wave: next, held: false }] : [])];
}

type Batch = { campaign: EngineCampaign; wave: EngineWave; held: boolean; progress: Progress; now: Date };

/** Signs the next vehicles of a wave; where to go on, or `null` at the end. */
async function signBatch(deps: EngineDeps, batch: Batch): Promise<DueCursor | null> {
  const { campaign, wave, held, progress, now } = batch;
  const { rows, last } = await readUnsigned(deps.db.pool, {
    campaignId: campaign.id,
    wave: wave.number,
    // What is due is the dispatcher's, unless it may not have it.
    after: held && progress.after.dueAt < now ? { dueAt: now, vin: '' } : progress.after,
    limit: BATCH,
    signedAfter: new Date(now.getTime() - AHEAD_VALID_MS / 2),
  });
  if (rows.length === 0) return last;
  const verdicts = await progress.judge.judge(deps.db.pool, rows);
  const signer = createOfferSigner(deps.keyring, progress.catalog, campaign, now);
  const documents: StoredDocument[] = [];
  for (const { vin, attempt, directorVersion } of rows) {
    const steps = verdicts.get(vin)?.steps ?? [];
    if (steps.length === 0) continue;
    if (steps.some(({ releaseId }) => !progress.catalog.releases.get(releaseId)?.artifact)) continue;
    const { version, envelope, expiresAt } = signer.sign({
      vin,
      attempt,
      version: directorVersion + 1,
      steps,
    });
    const basis = signer.basisOf(attempt, steps);
    const campaignId = campaign.id;
    documents.push({ vin, version, campaignId, attempt, envelope, issuedAt: now, expiresAt, basis });
  }
  await inTransaction(deps.db.pool, async (client) => {
    const untold = await lockUntold(client, documents);
    await storeDocuments(
      client,
      documents.filter(({ vin }) => untold.has(vin)),
    );
  });
  return last;
}
