import type { Queryable } from '#lib/db/queryable.ts';
import type { CampaignDefinition, EndBehaviour } from '#lib/domain/campaign-definition.ts';
import { PauseCause } from '#lib/domain/pause-cause.ts';
import type { CampaignState, WaveState } from '#lib/domain/states.ts';
import { definitionOf } from './campaign-policy.ts';

/** What is being told to every assignment of a campaign, in chunks. */
export type SweepKind = 'pause' | 'resume' | 'abort' | 'end';

/** A campaign as the engine drives it. */
export type EngineCampaign = {
  id: string;
  name: string;
  state: CampaignState;
  definition: CampaignDefinition;
  revision: number;
  priority: number;
  startAt: Date | null;
  endAt: Date | null;
  startedAt: Date | null;
  pausedAt: Date | null;
  pauseCause: PauseCause | null;
  abortMode: EndBehaviour | null;
  planState: 'none' | 'planning' | 'planned';
  planCursor: string | null;
  paidUntil: Date | null;
  sweep: SweepKind | null;
  sweepCursor: string | null;
};

export type EngineWave = {
  campaignId: string;
  number: number;
  name: string;
  state: WaveState;
  soakUntil: Date | null;
  openedBy: string | null;
  sampleBase: number;
  stalledAt: Date | null;
  announcedAt: Date | null;
};

type StoredCampaign = {
  id: string;
  name: string;
  state: CampaignState;
  definition: unknown;
  revision: number;
  priority: number;
  start_at: Date | null;
  end_at: Date | null;
  started_at: Date | null;
  paused_at: Date | null;
  pause_cause: unknown;
  abort_mode: EndBehaviour | null;
  plan_state: EngineCampaign['planState'];
  plan_cursor: string | null;
  rate_window_at: Date | null;
  sweep: SweepKind | null;
  sweep_cursor: string | null;
};

const columns = `id, name, state, definition, revision, priority, start_at, end_at, started_at, paused_at, pause_cause,
  abort_mode, plan_state, plan_cursor, rate_window_at, sweep, sweep_cursor`;

/** Campaigns that the engine has anything to do with now, those that go first first. */
export async function loadActiveCampaigns(db: Queryable): Promise<EngineCampaign[]> {
  const { rows } = await db.query<StoredCampaign>({
    name: 'campaigns_active',
    text: `SELECT ${columns} FROM campaigns
           WHERE state IN ('scheduled', 'running', 'paused') OR sweep IS NOT NULL
           ORDER BY priority DESC, started_at NULLS LAST, id`,
  });
  return rows.map(toCampaign);
}

/** One campaign, whatever its state. */
export async function loadCampaign(db: Queryable, id: string): Promise<EngineCampaign | undefined> {
  const { rows } = await db.query<StoredCampaign>(`SELECT ${columns} FROM campaigns WHERE id = $1`, [id]);
  return rows.map(toCampaign)[0];
}

/** Locks a campaign until the transaction ends, so that nobody else moves it meanwhile. */
export async function lockCampaign(db: Queryable, id: string): Promise<EngineCampaign | undefined> {
  const text = `SELECT ${columns} FROM campaigns WHERE id = $1 FOR NO KEY UPDATE`;
  const { rows } = await db.query<StoredCampaign>({ name: 'campaign_lock', text, values: [id] });
  return rows.map(toCampaign)[0];
}

function toCampaign(row: StoredCampaign): EngineCampaign {
  const cause = PauseCause.safeParse(row.pause_cause);
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    definition: definitionOf(row.id, row.revision, row.definition),
    revision: row.revision,
    priority: row.priority,
    startAt: row.start_at,
    endAt: row.end_at,
    startedAt: row.started_at,
    pausedAt: row.paused_at,
    pauseCause: cause.success ? cause.data : null,
    abortMode: row.abort_mode,
    planState: row.plan_state,
    planCursor: row.plan_cursor,
    paidUntil: row.rate_window_at,
    sweep: row.sweep,
    sweepCursor: row.sweep_cursor,
  };
}

/** Waves of a campaign in order. */
export async function loadWaves(db: Queryable, campaignId: string): Promise<EngineWave[]> {
  const { rows } = await db.query<{
    number: number;
    name: string;
    state: WaveState;
    soak_until: Date | null;
    opened_by: string | null;
    sample_base: number;
    stalled_at: Date | null;
    announced_at: Date | null;
  }>(
    `SELECT number, name, state, soak_until, opened_by, sample_base, stalled_at, announced_at
     FROM waves WHERE campaign_id = $1 ORDER BY number`,
    [campaignId],
  );
  return rows.map((row) => ({
    campaignId,
    number: row.number,
    name: row.name,
    state: row.state,
    soakUntil: row.soak_until,
    openedBy: row.opened_by,
    sampleBase: row.sample_base,
    stalledAt: row.stalled_at,
    announcedAt: row.announced_at,
  }));
}

/** Setting under which the fleet-wide stop is kept: `{ stopped, by, at, reason }`. */
export const OFFERS_STOPPED = 'offers_stopped';

/** Condition that holds while no fleet-wide stop is on; part of every statement that offers. */
export const OFFERS_ALLOWED_SQL = `NOT EXISTS (SELECT 1 FROM settings WHERE key = '${OFFERS_STOPPED}' AND (value ->> 'stopped')::boolean)`;

/** Channel on which services tell every worker's engine that there is something to do. */
export const ENGINE_CHANNEL = 'roadcast_engine';
