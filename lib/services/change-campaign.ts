import type pg from 'pg';
import { ENGINE_CHANNEL, type EngineCampaign, lockCampaign } from '#lib/db/engine/campaigns.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import { NotFoundError } from '#lib/errors.ts';
import { LIVE_CHANNEL, type LiveHint } from '#lib/protocol/live-hint.ts';
import type { ServiceContext } from './context.ts';

/**
 * Runs set-based work on one campaign in one transaction, with the campaign locked; pages and engines are told
 * when it commits. Throws a `NotFoundError`.
 */
export async function changeCampaign<T>(
  ctx: ServiceContext,
  campaignId: string,
  work: (client: pg.PoolClient, campaign: EngineCampaign) => Promise<T>,
): Promise<T> {
  return inTransaction(ctx.db.pool, async (client) => {
    const campaign = await lockCampaign(client, campaignId);
    if (!campaign) throw new NotFoundError(`There is no campaign ${campaignId}.`, { campaignId });
    const result = await work(client, campaign);
    const hint: LiveHint = { subjects: ['campaign', 'vehicle', 'audit'], campaigns: [campaignId] };
    await client.query('SELECT pg_notify($1, $2), pg_notify($3, $4)', [
      LIVE_CHANNEL,
      JSON.stringify(hint),
      ENGINE_CHANNEL,
      campaignId,
    ]);
    return result;
  });
}
