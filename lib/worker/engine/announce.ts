import type pg from 'pg';
import { openSql } from '#lib/db/engine/assignment-rows.ts';
import {
  type EngineCampaign,
  type EngineWave,
  loadWaves,
  lockCampaign,
  OFFERS_ALLOWED_SQL,
} from '#lib/db/engine/campaigns.ts';
import type { CatalogSnapshot } from '#lib/db/engine/catalog-snapshot.ts';
import { CounterDeltas } from '#lib/db/engine/counters.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import { buildAnnouncement } from '#lib/domain/director.ts';
import { createWindowClock } from '#lib/domain/schedule.ts';
import { type BucketRange, bucketRanges } from '#lib/domain/waves.ts';
import type { AnnouncementSigned, EnvelopeSignature } from '#lib/protocol/ota-update.ts';
import { PROTOCOL_VERSION } from '#lib/protocol/primitives.ts';
import { announcementTopic } from '#lib/protocol/topics.ts';
import type { EngineDeps } from './deps.ts';

/** Holders make announcements one after the other: they share one rising version. */
const announcementLock = 7_203_116;
/** Longest time for which an announcement without an end stays valid. */
const VALID_MS = 30 * 86_400_000;
/** Beyond so many models one message to all is cheaper than one for each. */
const MAX_MODELS = 20;

type Announced = {
  version: number;
  topic: string;
  envelope: { signed: AnnouncementSigned; signatures: EnvelopeSignature[] };
};

/** Announces the begun waves of a broadcast campaign that are not announced yet; tells whether there were any. */
export async function announceWaves(
  deps: EngineDeps,
  campaign: EngineCampaign,
  catalog: CatalogSnapshot,
  now: () => Date,
): Promise<boolean> {
  if (campaign.state !== 'running' || campaign.definition.delivery !== 'broadcast') return false;
  const ranges = bucketRanges(campaign.definition.waves);
  if (!ranges) return false;
  let announced = false;
  for (const wave of await loadWaves(deps.db.pool, campaign.id)) {
    const range = ranges[wave.number];
    if (wave.state === 'waiting' || wave.announcedAt !== null || !range) continue;
    const messages = await prepare(deps, campaign, wave, range, catalog, now());
    if (!messages) continue;
    const from = performance.now();
    for (const { topic, envelope } of messages) {
      const payload = JSON.stringify({ v: PROTOCOL_VERSION, ...envelope });
      const expirySeconds = Math.max(
        1,
        Math.round((Date.parse(envelope.signed.expires) - now().getTime()) / 1000),
      );
      await deps.publish(topic, payload, { qos: campaign.definition.qos, expirySeconds });
    }
    await markNotified(deps, campaign, wave, messages, performance.now() - from, now());
    announced = true;
  }
  return announced;
}

/** Stores the signed announcements of a wave, or reads them back where an earlier publication was cut off. */
async function prepare(
  deps: EngineDeps,
  campaign: EngineCampaign,
  wave: EngineWave,
  bucket: BucketRange,
  catalog: CatalogSnapshot,
  now: Date,
): Promise<Announced[] | undefined> {
  return inTransaction(deps.db.pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [announcementLock]);
    const locked = await lockCampaign(client, campaign.id);
    const { rowCount: allowed } = await client.query(`SELECT 1 WHERE ${OFFERS_ALLOWED_SQL}`);
    if (locked?.state !== 'running' || !allowed) return undefined;
    const stored = await client.query<Announced>(
      'SELECT version, topic, envelope FROM announcements WHERE campaign_id = $1 AND wave = $2 AND accepted_at IS NULL',
      [campaign.id, wave.number],
    );
    if (stored.rows.length > 0) return stored.rows;
    const newest = await client.query<{ version: number }>(
      'SELECT coalesce(max(version), 0) AS version FROM announcements',
    );
    let version = newest.rows[0]?.version ?? 0;
    const models = await modelsOf(client, campaign.id, wave.number);
    const announced: Announced[] = [];
    for (const model of models) {
      version += 1;
      const signed = buildAnnouncement({
        version,
        issuedAt: now,
        expiresAt: new Date(
          Math.min(campaign.endAt?.getTime() ?? Number.POSITIVE_INFINITY, now.getTime() + VALID_MS),
        ),
        campaignId: campaign.id,
        attempt: 1,
        wave: wave.number,
        releases: releasesOf(campaign, catalog),
        bucket,
        spreadSeconds: campaign.definition.spreadSeconds,
        models: model === undefined ? [] : [model],
      });
      const envelope = { signed, signatures: [deps.keyring.sign('announcement', signed)] };
      announced.push({ version, topic: announcementTopic(deps.topics, model), envelope });
    }
    for (const { version: number, topic, envelope } of announced) {
      await client.query(
        `INSERT INTO announcements (version, campaign_id, wave, attempt, topic, envelope, issued_at)
         VALUES ($1, $2, $3, 1, $4, $5, $6)`,
        [number, campaign.id, wave.number, topic, JSON.stringify(envelope), now],
      );
    }
    return announced;
  });
}

/** One message for each model of the wave; one to all where it has most of the fleet's models. */
async function modelsOf(
  client: pg.PoolClient,
  campaignId: string,
  wave: number,
): Promise<(string | undefined)[]> {
  const { rows } = await client.query<{ model: string; targeted: boolean }>(
    `SELECT m.model, EXISTS (SELECT 1 FROM assignments a JOIN vehicles v ON v.vin = a.vin
       WHERE a.campaign_id = $1 AND a.wave = $2 AND a.state = 'pending' AND v.model = m.model) AS targeted
     FROM (SELECT DISTINCT model FROM vehicles WHERE retired_at IS NULL LIMIT ${MAX_MODELS * 5}) AS m ORDER BY m.model`,
    [campaignId, wave],
  );
  const targeted = rows.filter((row) => row.targeted).map((row) => row.model);
  return targeted.length > MAX_MODELS || targeted.length === rows.length ? [undefined] : targeted;
}

function releasesOf(campaign: EngineCampaign, { catalog }: CatalogSnapshot) {
  return campaign.definition.releaseIds.flatMap((id) => {
    const release = catalog.releases.get(id);
    if (release?.state !== 'released') return [];
    const { ecuType, version, hardwareVersions, fromVersions } = release;
    return [{ releaseId: id, ecuType, version, hardwareVersions: [...hardwareVersions], fromVersions }];
  });
}

/** Whom an announcement reaches now, locked: campaign, wave, time zones whose window is open. */
const heardSql = `SELECT a.vin FROM assignments a
     JOIN vehicle_states s ON s.vin = a.vin AND s.online AND s.tcu_replaced_at IS NULL
     JOIN vehicles v ON v.vin = a.vin AND v.blocked_at IS NULL AND v.retired_at IS NULL AND v.time_zone = ANY ($3)
     WHERE a.campaign_id = $1 AND a.wave = $2 AND a.state = 'pending' AND a.steps IS NOT NULL
       AND a.leased_by IS NULL AND a.attempt = 1
       AND NOT EXISTS (SELECT 1 FROM assignments o WHERE o.vin = a.vin AND ${openSql('o')})
     FOR UPDATE OF a, s SKIP LOCKED`;

/** After the broker's PUBACK one statement marks those of the wave that can have heard it; others follow singly. */
async function markNotified(
  deps: EngineDeps,
  campaign: EngineCampaign,
  wave: EngineWave,
  messages: readonly Announced[],
  latencyMs: number,
  now: Date,
): Promise<void> {
  const acknowledgeAt = new Date(now.getTime() + campaign.definition.timeouts.acknowledgeMinutes * 60_000);
  await inTransaction(deps.db.pool, async (client) => {
    const { rows: zones } = await client.query<{ time_zone: string }>(
      'SELECT DISTINCT time_zone FROM vehicles',
    );
    const clock = createWindowClock(campaign.definition.schedule.windows);
    const open = zones.map((row) => row.time_zone).filter((zone) => clock.stateAt(zone, now).open);
    // Looked at twice: a claim that was under way at the first look is seen by the second, when its locks are gone.
    await client.query(`WITH heard AS (${heardSql}) SELECT count(*) FROM heard`, [
      campaign.id,
      wave.number,
      open,
    ]);
    const { rows } = await client.query<{ count: number }>(
      `WITH heard AS (${heardSql}
       ), marked AS (
         UPDATE assignments a SET state = 'notified', phase_at = $4, notified_at = coalesce(a.notified_at, $4),
                offers = a.offers + 1, due_at = NULL, phase_online_ms = 0, clock_since = $4, timer_at = $5, updated_at = $4
         FROM heard WHERE a.campaign_id = $1 AND a.vin = heard.vin
         RETURNING a.vin, a.attempt
       ), told AS (
         INSERT INTO timeline_events (vin, at, kind, campaign_id, attempt, from_state, to_state, latency_ms, data)
         SELECT vin, $4, 'notified', $1, attempt, 'pending', 'notified', $7, $6::jsonb FROM marked
       ) SELECT count(*)::int AS count FROM marked`,
      [
        campaign.id,
        wave.number,
        open,
        now,
        acknowledgeAt,
        JSON.stringify({
          qos: campaign.definition.qos,
          receipts: deps.receipts && campaign.definition.qos > 0,
          announcement: messages.map(({ version }) => version),
        }),
        Math.round(latencyMs),
      ],
    );
    const deltas = new CounterDeltas();
    const count = rows[0]?.count ?? 0;
    const of = (state: 'pending' | 'notified') => ({
      campaignId: campaign.id,
      wave: wave.number,
      state,
      acknowledged: false,
    });
    deltas.add(of('pending'), -count);
    deltas.add(of('notified'), count);
    await deltas.write(client, deps.slot);
    await client.query('UPDATE announcements SET accepted_at = $2 WHERE version = ANY($1)', [
      messages.map(({ version }) => version),
      now,
    ]);
    await client.query('UPDATE waves SET announced_at = $3 WHERE campaign_id = $1 AND number = $2', [
      campaign.id,
      wave.number,
      now,
    ]);
  });
}
