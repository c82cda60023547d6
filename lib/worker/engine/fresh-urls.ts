import { inTransaction } from '#lib/db/engine/transaction.ts';
import type { FreshUrls } from '#lib/protocol/ota-control.ts';
import { PROTOCOL_VERSION } from '#lib/protocol/primitives.ts';
import { vehicleTopic } from '#lib/protocol/topics.ts';
import type { EngineDeps } from './deps.ts';
import type { DirectorEnvelope } from './director-document.ts';

const BATCH = 500;
/** A vehicle that is not answered is looked at again after this. */
const AGAIN_MS = 30_000;

type Asking = { campaign_id: string; vin: string; envelope: DirectorEnvelope };

/** Answers vehicles whose payload URLs ran out while they were downloading; the document itself still holds. */
export async function sendFreshUrls(deps: EngineDeps, now: Date): Promise<void> {
  const asking = await inTransaction(deps.db.pool, async (client) => {
    const { rows } = await client.query<Asking>(
      `WITH asking AS (
         SELECT campaign_id, vin FROM assignments WHERE urls_due_at <= $1 ORDER BY urls_due_at LIMIT ${BATCH}
         FOR UPDATE SKIP LOCKED
       ), later AS (
         UPDATE assignments a SET urls_due_at = $2 FROM asking k
         WHERE a.campaign_id = k.campaign_id AND a.vin = k.vin RETURNING a.campaign_id, a.vin, a.director_version
       ) SELECT l.campaign_id, l.vin, d.envelope FROM later l
         JOIN director_documents d ON d.vin = l.vin AND d.version = l.director_version`,
      [now, new Date(now.getTime() + AGAIN_MS)],
    );
    return rows;
  });
  const answered: Asking[] = [];
  await Promise.all(
    asking.map(async (row) => {
      const hashes = Object.values(row.envelope.signed.targets).map(({ hashes: { sha256 } }) => sha256);
      const message: FreshUrls = {
        v: PROTOCOL_VERSION,
        kind: 'urls',
        campaignId: row.campaign_id,
        urls: Object.fromEntries(hashes.map((sha256) => [sha256, deps.payloadUrl(row.vin, sha256, now)])),
      };
      try {
        await deps.publish(vehicleTopic(deps.topics, 'otaControl', row.vin), JSON.stringify(message), {
          qos: 1,
        });
        answered.push(row);
      } catch (error) {
        deps.log.debug({ err: error, vin: row.vin }, 'fresh URLs could not be sent');
      }
    }),
  );
  if (answered.length === 0) return;
  await deps.db.pool.query(
    `UPDATE assignments a SET urls_due_at = NULL FROM unnest($1::text[], $2::text[]) AS u(campaign_id, vin)
     WHERE a.campaign_id = u.campaign_id AND a.vin = u.vin`,
    [answered.map((row) => row.campaign_id), answered.map((row) => row.vin)],
  );
}
