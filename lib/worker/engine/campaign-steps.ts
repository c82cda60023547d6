import { type EngineCampaign, type EngineWave, loadWaves } from '#lib/db/engine/campaigns.ts';
import { readCounters } from '#lib/db/engine/counters.ts';
import type { Alert } from '#lib/db/engine/raise-alert.ts';
import type { Prisma } from '#lib/db/generated/client.ts';
import type { AlertEvent } from '#lib/domain/alert-event.ts';
import type { CampaignEvent } from '#lib/domain/campaign.ts';
import { decideDrift, describeDrift, ReviewedImpact } from '#lib/domain/impact.ts';
import { describeCause, type PauseCause } from '#lib/domain/pause-cause.ts';
import { countsOf, openOf, type WaveCounts } from '#lib/domain/wave-counts.ts';
import { decideErrorThreshold, decideWave, type WaveDecision } from '#lib/domain/wave-gate.ts';
import { ConflictError } from '#lib/errors.ts';
import { announceChange } from '#lib/services/announce-change.ts';
import { computeImpact } from '#lib/services/campaign-impact.ts';
import { systemContext } from '#lib/services/context.ts';
import { loadCampaignForChange, moveCampaign } from '#lib/services/move-campaign.ts';
import { raiseAlert } from '#lib/services/raise-alert.ts';
import type { EngineDeps } from './deps.ts';
import { healWave } from './heal.ts';

/** What a step has changed: `moved` asks for another look at once. */
export type StepResult = { moved: boolean };

const STAYED: StepResult = { moved: false };
const MOVED: StepResult = { moved: true };

/** Moves a campaign by the clock: its planned start, its end. */
export async function stepSchedule(
  deps: EngineDeps,
  campaign: EngineCampaign,
  now: Date,
): Promise<StepResult> {
  if (campaign.endAt !== null && campaign.endAt <= now && campaign.state !== 'completed') {
    if (!['scheduled', 'running', 'paused'].includes(campaign.state)) return STAYED;
    return move(deps, campaign, { kind: 'ended' }, 'campaign.end', now, {
      event: 'campaign_finished',
      alert: {
        subject: `${campaign.name}: the end has come`,
        body: { text: `The campaign “${campaign.name}” reached its end.` },
      },
    });
  }
  if (campaign.state === 'scheduled' && campaign.startAt !== null && campaign.startAt <= now) {
    const drift = await driftSinceReview(deps, campaign, now);
    const started = await move(deps, campaign, { kind: 'scheduleDue' }, 'campaign.scheduled_start', now);
    if (!started.moved || drift.length === 0) return started;
    return pauseAutomatically(deps, campaign, { kind: 'drift', reasons: drift }, now);
  }
  return STAYED;
}

/** What has changed between the last review and a start that nobody attends, as sentences. */
async function driftSinceReview(deps: EngineDeps, campaign: EngineCampaign, now: Date): Promise<string[]> {
  const stored = await deps.db.prisma.campaign.findUnique({
    where: { id: campaign.id },
    select: { reviewedImpact: true },
  });
  const reviewed = ReviewedImpact.safeParse(stored?.reviewedImpact);
  if (!reviewed.success) return [];
  const current = await computeImpact(deps.db, campaign.definition, now, campaign.id);
  const drift = decideDrift(reviewed.data, current.reviewed);
  return drift.kind === 'same' ? [] : drift.reasons.map((reason) => describeDrift(reason));
}

/** Judges a running campaign that is planned: threshold, waves and their gates, completion. */
export async function stepWaves(deps: EngineDeps, campaign: EngineCampaign, now: Date): Promise<StepResult> {
  if (campaign.state !== 'running' || campaign.planState !== 'planned' || campaign.sweep !== null)
    return STAYED;
  const { pool } = deps.db;
  const [waves, counters] = [await loadWaves(pool, campaign.id), await readCounters(pool, campaign.id)];
  const countsOfWave = (wave: EngineWave) =>
    countsOf(
      counters.filter((row) => row.wave === wave.number),
      wave.sampleBase,
    );

  for (const wave of waves) {
    if (wave.state === 'waiting') continue;
    const verdict = decideErrorThreshold(countsOfWave(wave), campaign.definition.errorThreshold);
    if (verdict.kind === 'stop')
      return pauseAutomatically(deps, campaign, withWave(verdict.cause, wave), now);
  }
  for (const [index, wave] of waves.entries()) {
    const definition = campaign.definition.waves[index];
    if (!definition) continue;
    const previous = waves[index - 1];
    const decision = decideWave(
      {
        state: wave.state,
        soakUntil: wave.soakUntil,
        previousFinished: previous === undefined || previous.state === 'finished',
        opened: wave.openedBy !== null,
      },
      countsOfWave(wave),
      definition.gate,
      now,
    );
    if (await storeWave(deps, campaign, wave, decision, now)) return MOVED;
  }
  return complete(deps, campaign, waves, countsOf(counters), now);
}

function withWave(cause: PauseCause, wave: EngineWave): PauseCause {
  return cause.kind === 'error_threshold' ? { ...cause, wave: wave.name } : cause;
}

/** Pauses a running campaign by the machine's own judgement, with its cause as a sentence to people. */
export async function pauseAutomatically(
  deps: EngineDeps,
  campaign: EngineCampaign,
  cause: PauseCause,
  now: Date,
): Promise<StepResult> {
  const sentence = `${describeCause(cause)}.`;
  return move(deps, campaign, { kind: 'autoPause', cause }, 'campaign.auto_pause', now, {
    event: 'campaign_auto_paused',
    alert: { subject: `${campaign.name} was paused`, body: { text: `${campaign.name}: ${sentence}`, cause } },
  });
}

type Notice = { event: AlertEvent; alert: Alert };

async function move(
  deps: EngineDeps,
  { id, name }: EngineCampaign,
  event: CampaignEvent,
  action: string,
  now: Date,
  notice?: Notice,
): Promise<StepResult> {
  const ctx = systemContext(deps.db, 'worker', () => now);
  try {
    await deps.db.prisma.$transaction(async (tx) => {
      await moveCampaign(tx, ctx, await loadCampaignForChange(tx, id), { event, action });
      if (notice) await raiseAlert(tx, notice.event, withCampaign(notice.alert, id), now);
    });
    deps.log.info({ campaign: id }, `${name}: ${action}`);
    return MOVED;
  } catch (error) {
    // A person was faster: the next look sees what they did.
    if (error instanceof ConflictError) return STAYED;
    throw error;
  }
}

function withCampaign(alert: Alert, campaignId: string): Alert {
  return { ...alert, body: { ...alert.body, campaignId } };
}

async function storeWave(
  deps: EngineDeps,
  campaign: EngineCampaign,
  wave: EngineWave,
  decision: WaveDecision,
  now: Date,
): Promise<boolean> {
  const update = waveUpdate(wave, decision, now);
  if (!update) return false;
  const stored = await deps.db.prisma.$transaction(async (tx) => {
    const { count } = await tx.wave.updateMany({
      where: {
        campaignId: campaign.id,
        number: wave.number,
        state: wave.state,
        campaign: { state: 'running' },
      },
      data: update,
    });
    if (count === 0) return false;
    if (decision.kind === 'start') {
      await tx.campaign.update({ where: { id: campaign.id }, data: { currentWave: wave.number } });
    }
    const notice = noticeOf(campaign, wave, decision);
    if (notice) await raiseAlert(tx, notice.event, withCampaign(notice.alert, campaign.id), now);
    await announceChange(tx, 'campaign');
    return true;
  });
  if (stored && decision.kind === 'start') await healWave(deps.db.pool, campaign.id, wave.number, now);
  if (stored) deps.log.info({ campaign: campaign.id, wave: wave.name }, `wave: ${decision.kind}`);
  // A stall is told once and changes nothing.
  return stored && decision.kind !== 'stalled';
}

function waveUpdate(
  wave: EngineWave,
  decision: WaveDecision,
  now: Date,
): Prisma.WaveUpdateManyMutationInput | undefined {
  switch (decision.kind) {
    case 'stay':
      return undefined;
    case 'stalled':
      return wave.stalledAt === null ? { stalledAt: now } : undefined;
    case 'start':
      return { state: 'running', startedAt: now };
    case 'soak':
      return { state: 'soaking', soakUntil: decision.until };
    case 'fall_back':
      return { state: 'running', soakUntil: null };
    case 'await_manual':
      return { state: 'awaiting_manual' };
    case 'finish':
      return { state: 'finished', finishedAt: now };
  }
}

function noticeOf(campaign: EngineCampaign, wave: EngineWave, decision: WaveDecision): Notice | undefined {
  const what = `${campaign.name}, wave ${wave.name}`;
  if (decision.kind === 'stalled') {
    const rate = `${Math.round(decision.successRate * 100)} % of ${Math.round(decision.required * 100)} % needed`;
    return {
      event: 'campaign_stalled',
      alert: {
        subject: `${what} stalled`,
        body: { text: `${what}: all vehicles are settled, ${rate} succeeded.` },
      },
    };
  }
  if (decision.kind === 'await_manual') {
    return {
      event: 'wave_waits',
      alert: {
        subject: `${what} waits`,
        body: { text: `${what} met its gate; a person must open the next wave.` },
      },
    };
  }
  return undefined;
}

async function complete(
  deps: EngineDeps,
  campaign: EngineCampaign,
  waves: readonly EngineWave[],
  counts: WaveCounts,
  now: Date,
): Promise<StepResult> {
  if (campaign.definition.kind === 'continuous' || openOf(counts) > 0) return STAYED;
  if (waves.some((wave) => wave.state === 'waiting' || wave.state === 'soaking')) return STAYED;
  const { rowCount } = await deps.db.pool.query(
    `SELECT 1 FROM assignments WHERE campaign_id = $1 AND retry_at IS NOT NULL
       AND state IN ('failed', 'rolled_back', 'timed_out') LIMIT 1`,
    [campaign.id],
  );
  if (rowCount) return STAYED;
  return move(deps, campaign, { kind: 'allFinished' }, 'campaign.complete', now, {
    event: 'campaign_finished',
    alert: {
      subject: `${campaign.name} is complete`,
      body: { text: `All vehicles of “${campaign.name}” are settled.` },
    },
  });
}
