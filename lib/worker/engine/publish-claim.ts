import type pg from 'pg';
import { type AssignmentRow, lockAssignments } from '#lib/db/engine/assignment-rows.ts';
import { lockCampaign } from '#lib/db/engine/campaigns.ts';
import { readUntouched } from '#lib/db/engine/claim-rows.ts';
import { lockVehicles } from '#lib/db/engine/lock-vehicles.ts';
import { inTransaction, type Last } from '#lib/db/engine/transaction.ts';
import type { AssignmentEvent } from '#lib/domain/assignment-snapshot.ts';
import type { CampaignState } from '#lib/domain/states.ts';
import { vehicleTopic } from '#lib/protocol/topics.ts';
import {
  type AppliedEvents,
  applyAssignmentEvents,
  applyToRows,
  joinApplied,
  nothingApplied,
  type OccurredEvent,
} from '#lib/services/apply-assignment-events.ts';
import { LEASE_MS } from './carry-out.ts';
import type { Claim } from './claim.ts';
import type { EngineDeps } from './deps.ts';
import { directorMessage } from './director-document.ts';
import { signOffers } from './sign-offers.ts';

/** After a failed publication its row rests this long. */
const RETRY_MS = 2_000;

export type PublishOutcome = { applied: AppliedEvents; published: number; failed: number };

/** Signs and publishes a claim and stores what the broker accepted; the rest is due again soon. */
export async function publishClaim(deps: EngineDeps, claim: Claim, now: () => Date): Promise<PublishOutcome> {
  const { campaign } = claim;
  const offers = await signOffers(deps, claim);
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
  const store = async (client: pg.PoolClient, last: Last) => {
    if (failed.length > 0) {
      const again = new Date(receivedAt.getTime() + Math.min(RETRY_MS, LEASE_MS));
      await client.query(
        `UPDATE assignments SET leased_until = $3
         WHERE campaign_id = $1 AND vin = ANY($2) AND leased_by IS NOT NULL`,
        [campaign.id, failed.sort(), again],
      );
    }
    const locked = lockVehicles(
      client,
      accepted.map(({ vin }) => vin),
    );
    last(locked);
    if (!client.pipeline) await locked;
    const events = accepted.map(
      ({ vin, attempt, version, online, latencyMs }): OccurredEvent => ({
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
      }),
    );
    const rows = await lockClaimed(client, claim, events);
    return applyToRows(client, rows, events, { now: receivedAt, shard: deps.slot });
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
 * The assignments of published offers, in the order of their VINs. Those that nobody has written since the claim are
 * what the claim left; the others are read. The caller holds the locks on their vehicles.
 */
async function lockClaimed(
  client: pg.PoolClient,
  { campaign, offers, transactionId }: Claim,
  published: readonly { vin: string }[],
): Promise<AssignmentRow[]> {
  const vins = new Set(published.map(({ vin }) => vin));
  const known = new Map<string, AssignmentRow>();
  for (const { vin, claimed } of offers) if (claimed && vins.has(vin)) known.set(vin, claimed);
  const untouched = await readUntouched(client, campaign.id, [...known.keys()], transactionId);
  const others = [...vins].filter((vin) => !untouched.has(vin));
  const read =
    others.length > 0
      ? await lockAssignments(client, 'campaign_id = $1 AND vin = ANY($2)', [campaign.id, others])
      : [];
  const rows = [...known].flatMap(([vin, row]) => (untouched.has(vin) ? [row] : []));
  return [...rows, ...read].sort((a, b) => (a.vin < b.vin ? -1 : 1));
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
