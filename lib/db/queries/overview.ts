import type { Pool } from 'pg';
import { readOffersStop } from './campaign-head.ts';
import { type CampaignRow, listCampaignRows } from './campaigns.ts';
import { type EcuTypeRow, listEcuTypeRows } from './catalog.ts';
import { remembered } from './remembered.ts';

/** Something that waits for a person, with how often and where to look. */
export type NeedsYou = {
  kind:
    | 'approval'
    | 'paused'
    | 'wave_waits'
    | 'stalled'
    | 'offers_stopped'
    | 'tcu_replaced'
    | 'blocked'
    | 'unknown_vehicle'
    | 'incomplete'
    | 'quarantine';
  count: number;
  campaignId?: string;
  name?: string;
  since?: Date | null;
  cause?: unknown;
};

export type FleetFigures = {
  vehicles: number;
  online: number;
  seenToday: number;
  neverSeen: number;
  at: Date;
};

export type Compliance = Pick<
  EcuTypeRow,
  'name' | 'newestVersion' | 'newestReleaseId' | 'installedOn' | 'atNewest'
>;

export type Overview = {
  fleet: FleetFigures;
  /** Per ECU type with a released version: how many ECUs run the newest one. */
  compliance: Compliance[];
  /** Running and paused campaigns with their counters. */
  campaigns: CampaignRow[];
  needsYou: NeedsYou[];
};

/** Figures of the whole fleet; shared by open pages for a second. */
export function readFleetFigures(pool: Pool, now: Date): Promise<FleetFigures> {
  return remembered(pool, 'fleet figures', 1_000, async () => {
    const today = Math.floor(now.getTime() / 3_600_000) - 24;
    const { rows } = await pool.query<Record<'vehicles' | 'online' | 'today' | 'never', string>>(
      `SELECT (SELECT count(*) FROM vehicles WHERE retired_at IS NULL) AS vehicles,
              (SELECT count(*) FROM vehicle_states WHERE online) AS online,
              (SELECT count(*) FROM vehicle_states WHERE last_seen_bucket >= $1) AS today,
              (SELECT count(*) FROM vehicle_states WHERE last_seen_bucket = 0) AS never`,
      [today],
    );
    const row = rows[0];
    return {
      vehicles: Number(row?.vehicles ?? 0),
      online: Number(row?.online ?? 0),
      seenToday: Number(row?.today ?? 0),
      neverSeen: Number(row?.never ?? 0),
      at: now,
    };
  });
}

/** Everything that waits for a person, the most urgent first. */
export async function readNeedsYou(pool: Pool): Promise<NeedsYou[]> {
  const [stop, campaigns, waves, singles] = await Promise.all([
    readOffersStop(pool),
    pool.query<{ id: string; name: string; state: string; since: Date | null; cause: unknown }>(
      `SELECT id, name, state, coalesce(paused_at, updated_at) AS since, pause_cause AS cause FROM campaigns
       WHERE state = 'awaiting_approval' OR (state = 'paused' AND pause_cause ->> 'kind' IS DISTINCT FROM 'person')
       ORDER BY state DESC, 4 LIMIT 100`,
    ),
    pool.query<{ id: string; name: string; wave: string; since: Date | null; stalled: boolean }>(
      `SELECT c.id, c.name, w.name AS wave, coalesce(w.stalled_at, w.soak_until, w.started_at) AS since,
              w.stalled_at IS NOT NULL AS stalled
       FROM waves w JOIN campaigns c ON c.id = w.campaign_id AND c.state = 'running'
       WHERE w.state = 'awaiting_manual' OR (w.state = 'running' AND w.stalled_at IS NOT NULL)
       ORDER BY 4 LIMIT 100`,
    ),
    pool.query<{ kind: NeedsYou['kind']; count: number; since: Date | null }>(
      `SELECT 'tcu_replaced' AS kind, count(*)::int AS count, min(tcu_replaced_at) AS since
       FROM vehicle_states WHERE tcu_replaced_at IS NOT NULL
       UNION ALL
       SELECT 'blocked', count(*)::int, min(blocked_at) FROM vehicles WHERE blocked_at IS NOT NULL AND retired_at IS NULL
       UNION ALL
       SELECT 'incomplete', count(*)::int, min(registered_at) FROM vehicles WHERE NOT complete AND retired_at IS NULL
       UNION ALL
       SELECT CASE WHEN reason = 'unknown_vehicle' THEN 'unknown_vehicle' ELSE 'quarantine' END,
              count(*)::int, min(first_seen_at) FROM quarantine WHERE state = 'open' GROUP BY 1`,
    ),
  ]);
  return [
    ...(stop.stopped
      ? [
          {
            kind: 'offers_stopped',
            count: 1,
            since: stop.at === null ? null : new Date(stop.at),
            cause: stop.reason,
          } satisfies NeedsYou,
        ]
      : []),
    ...campaigns.rows.map(
      ({ id, name, state, since, cause }): NeedsYou => ({
        kind: state === 'paused' ? 'paused' : 'approval',
        count: 1,
        campaignId: id,
        name,
        since,
        cause,
      }),
    ),
    ...waves.rows.map(
      ({ id, name, wave, since, stalled }): NeedsYou => ({
        kind: stalled ? 'stalled' : 'wave_waits',
        count: 1,
        campaignId: id,
        name: `${name}: ${wave}`,
        since,
      }),
    ),
    ...singles.rows.filter(({ count }) => count > 0),
  ];
}

/** What the first page shows. */
export async function readOverview(pool: Pool, now: Date): Promise<Overview> {
  const [fleet, types, campaigns, needsYou] = await Promise.all([
    readFleetFigures(pool, now),
    listEcuTypeRows(pool),
    listCampaignRows(pool, { states: ['running', 'paused'], limit: 100 }),
    readNeedsYou(pool),
  ]);
  const compliance = types
    .filter(({ newestVersion }) => newestVersion !== null)
    .map(({ name, newestVersion, newestReleaseId, installedOn, atNewest }) => ({
      name,
      newestVersion,
      newestReleaseId,
      installedOn,
      atNewest,
    }));
  return { fleet, compliance, campaigns: campaigns.rows, needsYou };
}
