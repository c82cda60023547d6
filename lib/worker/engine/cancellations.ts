import { isOpen, openSql } from '#lib/db/engine/assignment-rows.ts';
import { raiseVersions, type StoredDocument, storeDocuments } from '#lib/db/engine/claim-rows.ts';
import { appendTimeline } from '#lib/db/engine/timeline.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import type { AssignmentState } from '#lib/domain/states.ts';
import type { Qos } from '#lib/protocol/primitives.ts';
import { vehicleTopic } from '#lib/protocol/topics.ts';
import type { EngineDeps } from './deps.ts';
import { type DirectorDocument, directorMessage, signCancellation } from './director-document.ts';

const BATCH = 500;
/** A cancellation waits for an offline vehicle; it is looked at again when the vehicle comes, or after this. */
const PARKED_MS = 6 * 3_600_000;
/** A published one whose fate is unknown is published again after this. */
const LEASE_MS = 30_000;

type Cancellation = {
  campaignId: string;
  vin: string;
  attempt: number;
  qos: Qos;
  document: DirectorDocument;
};

type Due = {
  campaign_id: string;
  vin: string;
  attempt: number;
  state: AssignmentState;
  qos: Qos;
  online: boolean;
  version: number;
  superseded: boolean;
};

/** Publishes signed cancellations that are owed to vehicles now online; `more` may be due. */
export async function publishCancellations(
  deps: EngineDeps,
  now: () => Date,
): Promise<{ more: boolean; published: number }> {
  const { cancellations, more } = await claimCancellations(deps, now());
  const published: Cancellation[] = [];
  await Promise.all(
    cancellations.map(async (cancellation) => {
      const { vin, qos, document } = cancellation;
      try {
        const topic = vehicleTopic(deps.topics, 'otaUpdate', vin);
        await deps.publish(topic, directorMessage(document, deps.payloadUrl, now()), {
          qos: qos === 0 ? 1 : qos,
        });
        published.push(cancellation);
      } catch (error) {
        deps.log.warn({ err: error, vin }, 'a cancellation could not be published');
      }
    }),
  );
  await settle(deps, published, now());
  return { more, published: published.length };
}

async function claimCancellations(
  deps: EngineDeps,
  now: Date,
): Promise<{ cancellations: Cancellation[]; more: boolean }> {
  return inTransaction(deps.db.pool, async (client) => {
    const locked = await client.query<{ campaign_id: string; vin: string }>(
      `SELECT a.campaign_id, a.vin FROM assignments a JOIN vehicle_states s ON s.vin = a.vin
       WHERE a.cancel_due_at <= $1 ORDER BY a.cancel_due_at, a.vin LIMIT $2 FOR UPDATE OF a, s SKIP LOCKED`,
      [now, BATCH],
    );
    if (locked.rows.length === 0) return { cancellations: [], more: false };
    const keys = [locked.rows.map((row) => row.campaign_id), locked.rows.map((row) => row.vin)];
    const { rows } = await client.query<Due>(
      `SELECT a.campaign_id, a.vin, a.attempt, a.state, c.qos, s.online, s.director_version + 1 AS version,
              EXISTS (SELECT 1 FROM assignments o WHERE o.vin = a.vin AND o.campaign_id <> a.campaign_id
                      AND ${openSql('o')} AND o.director_version > coalesce(a.director_version, 0)) AS superseded
       FROM assignments a JOIN vehicle_states s ON s.vin = a.vin JOIN campaigns c ON c.id = a.campaign_id
       WHERE (a.campaign_id, a.vin) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
      keys,
    );
    const taken = new Set<string>();
    const cancellations: Cancellation[] = [];
    const documents: StoredDocument[] = [];
    const again = new Map<Due, Date | null>();
    for (const row of rows) {
      // A newer document of another campaign states the whole desired state: nothing is left to cancel.
      if (row.superseded || taken.has(row.vin)) again.set(row, null);
      else if (!row.online) again.set(row, new Date(now.getTime() + PARKED_MS));
      else {
        taken.add(row.vin);
        again.set(row, new Date(now.getTime() + LEASE_MS));
        const { vin, version, attempt, campaign_id: campaignId } = row;
        const document = signCancellation(deps.keyring, { vin, version, now });
        const { envelope, expiresAt } = document;
        documents.push({ vin, version, campaignId, attempt, envelope, issuedAt: now, expiresAt });
        cancellations.push({ campaignId, vin, attempt, qos: row.qos, document });
      }
    }
    await storeDocuments(client, documents);
    await raiseVersions(client, documents);
    const entries = [...again];
    await client.query(
      `UPDATE assignments a SET cancel_due_at = u.at
       FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS u(campaign_id, vin, at)
       WHERE a.campaign_id = u.campaign_id AND a.vin = u.vin`,
      [entries.map(([row]) => row.campaign_id), entries.map(([row]) => row.vin), entries.map(([, at]) => at)],
    );
    return { cancellations, more: rows.length === BATCH };
  });
}

async function settle(deps: EngineDeps, published: readonly Cancellation[], now: Date): Promise<void> {
  if (published.length === 0) return;
  await inTransaction(deps.db.pool, async (client) => {
    const { rows } = await client.query<{ campaign_id: string; vin: string; state: AssignmentState }>(
      `UPDATE assignments a SET cancel_due_at = NULL, director_version = u.version
       FROM (SELECT * FROM unnest($1::text[], $2::text[], $3::int[]) AS u(campaign_id, vin, version) ORDER BY vin) AS u
       WHERE a.campaign_id = u.campaign_id AND a.vin = u.vin AND a.cancel_due_at IS NOT NULL
       RETURNING a.campaign_id, a.vin, a.state`,
      [
        published.map(({ campaignId }) => campaignId),
        published.map(({ vin }) => vin),
        published.map(({ document }) => document.version),
      ],
    );
    const byKey = new Map(published.map((entry) => [`${entry.vin}\n${entry.campaignId}`, entry]));
    await appendTimeline(
      client,
      rows.map((row) => {
        const entry = byKey.get(`${row.vin}\n${row.campaign_id}`);
        return {
          vin: row.vin,
          at: now,
          kind: 'cancellation_published',
          campaign_id: row.campaign_id,
          attempt: entry?.attempt ?? null,
          from_state: row.state,
          to_state: row.state,
          data: { version: entry?.document.version, open: isOpen(row.state) },
        };
      }),
    );
  });
}
