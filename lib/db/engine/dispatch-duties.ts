import type pg from 'pg';
import type { Queryable } from '#lib/db/queryable.ts';
import { together } from '#lib/db/together.ts';
import { unleasedSql } from './assignment-rows.ts';
import { type EngineCampaign, loadActiveCampaigns, OFFERS_ALLOWED_SQL } from './campaigns.ts';
import { type CatalogSnapshot, loadCatalog } from './catalog-snapshot.ts';

export type DueWave = { campaign: EngineCampaign; wave: number };

/** Where offers are due. */
export type DueOffers = {
  /** Running campaigns, those that go first first. */
  running: EngineCampaign[];
  /** Waves of them that have due offers; begun, and announced where the campaign is broadcast. */
  waves: DueWave[];
  catalog: CatalogSnapshot;
};

/** What there is to do for a dispatcher at one moment. */
export type DispatchDuties = DueOffers & { cancellations: boolean; urls: boolean };

/** The least of them is in an index; whether one is past, a prepared statement would ask of every row. */
export const urgentSql = `SELECT coalesce((SELECT min(cancel_due_at) FROM assignments) <= $1, false) AS cancellations,
  coalesce((SELECT min(urls_due_at) FROM assignments) <= $1, false) AS urls`;

/** Of these campaigns, or of all. */
const wavesSql = `SELECT w.campaign_id, w.number FROM campaigns c JOIN waves w ON w.campaign_id = c.id
  CROSS JOIN LATERAL (
    SELECT 1 FROM assignments a
    WHERE a.campaign_id = w.campaign_id AND a.wave = w.number AND a.due_at <= $1 AND a.state <> 'deferred'
      AND ${unleasedSql('a', '$1')} LIMIT 1
  ) AS due
  WHERE ($2::text[] IS NULL OR c.id = ANY ($2)) AND c.state = 'running' AND c.sweep IS NULL AND w.state <> 'waiting'
    AND (c.delivery <> 'broadcast' OR w.announced_at IS NOT NULL) AND ${OFFERS_ALLOWED_SQL} ORDER BY w.number`;

/** A wave that has due offers, by the number of its campaign. */
type DueWaveRow = { campaign_id: string; number: number };

/** Waves with due offers, of these campaigns or of all; `dueWavesOf` tells them with their campaigns. */
export async function readDueWaves(
  db: Queryable,
  now: Date,
  campaignIds: readonly string[] | null,
): Promise<DueWaveRow[]> {
  const values = [now, campaignIds];
  const { rows } = await db.query<DueWaveRow>({ name: 'duties_waves', text: wavesSql, values });
  return rows;
}

/** Those that offers go to, those that go first first. */
export function runningOf(active: readonly EngineCampaign[]): EngineCampaign[] {
  return active.filter(({ state, sweep }) => state === 'running' && sweep === null);
}

/** One wave of each campaign after the other, in the order of the campaigns. */
export function dueWavesOf(rows: readonly DueWaveRow[], running: readonly EngineCampaign[]): DueWave[] {
  return running.flatMap((campaign) =>
    rows.filter((row) => row.campaign_id === campaign.id).map(({ number }) => ({ campaign, wave: number })),
  );
}

/** Looks whether anything is due: one trip, whatever the number of campaigns. */
export async function readDuties(
  pool: pg.Pool,
  now: Date,
  known: CatalogSnapshot | undefined,
): Promise<DispatchDuties> {
  const client = await pool.connect();
  try {
    const [urgent, waves, active, catalog] = await together(client, [
      () =>
        client.query<{ cancellations: boolean; urls: boolean }>({
          name: 'duties_urgent',
          text: urgentSql,
          values: [now],
        }),
      () => readDueWaves(client, now, null),
      () => loadActiveCampaigns(client),
      () => loadCatalog(client, known),
    ]);
    const running = runningOf(active);
    return {
      cancellations: urgent.rows[0]?.cancellations ?? false,
      urls: urgent.rows[0]?.urls ?? false,
      running,
      waves: dueWavesOf(waves, running),
      catalog,
    };
  } finally {
    client.release();
  }
}
