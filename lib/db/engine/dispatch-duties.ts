import type pg from 'pg';
import { together } from '#lib/db/together.ts';
import { unleasedSql } from './assignment-rows.ts';
import { type EngineCampaign, loadActiveCampaigns, OFFERS_ALLOWED_SQL } from './campaigns.ts';
import { type CatalogSnapshot, loadCatalog } from './catalog-snapshot.ts';

export type DueWave = { campaign: EngineCampaign; wave: number };

/** What there is to do for a dispatcher at one moment. */
export type DispatchDuties = {
  cancellations: boolean;
  urls: boolean;
  /** Running campaigns, those that go first first. */
  running: EngineCampaign[];
  /** Waves of them that have due offers; begun, and announced where the campaign is broadcast. */
  waves: DueWave[];
  catalog: CatalogSnapshot;
};

/** The least of them is in an index; whether one is past, a prepared statement would ask of every row. */
export const urgentSql = `SELECT coalesce((SELECT min(cancel_due_at) FROM assignments) <= $1, false) AS cancellations,
  coalesce((SELECT min(urls_due_at) FROM assignments) <= $1, false) AS urls`;

const wavesSql = `SELECT w.campaign_id, w.number FROM campaigns c JOIN waves w ON w.campaign_id = c.id
  CROSS JOIN LATERAL (
    SELECT 1 FROM assignments a
    WHERE a.campaign_id = w.campaign_id AND a.wave = w.number AND a.due_at <= $1 AND a.state <> 'deferred'
      AND ${unleasedSql('a', '$1')} LIMIT 1
  ) AS due
  WHERE c.state = 'running' AND c.sweep IS NULL AND w.state <> 'waiting'
    AND (c.delivery <> 'broadcast' OR w.announced_at IS NOT NULL) AND ${OFFERS_ALLOWED_SQL} ORDER BY w.number`;

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
      () =>
        client.query<{ campaign_id: string; number: number }>({
          name: 'duties_waves',
          text: wavesSql,
          values: [now],
        }),
      () => loadActiveCampaigns(client),
      () => loadCatalog(client, known),
    ]);
    const running = active.filter(({ state, sweep }) => state === 'running' && sweep === null);
    return {
      cancellations: urgent.rows[0]?.cancellations ?? false,
      urls: urgent.rows[0]?.urls ?? false,
      running,
      // One wave of each campaign after the other, in the order of the campaigns.
      waves: running.flatMap((campaign) =>
        waves.rows
          .filter((row) => row.campaign_id === campaign.id)
          .map(({ number }) => ({ campaign, wave: number })),
      ),
      catalog,
    };
  } finally {
    client.release();
  }
}
