import { formatCount, formatShare } from '#components/ui/format.ts';
import type { Tone } from '#components/ui/tones.ts';
import { describeCause, PauseCause, percent } from '#lib/domain/pause-cause.ts';
import { atTargetOf, attainableOf, erredOf, finishedOf, succeededOf } from '#lib/domain/wave-counts.ts';
import { campaignCounts, extentOf, waveCounts } from './monitor-counts.ts';
import type { Monitored, MonitoredWave } from './monitor-types.ts';

export type Standing = { tone: Tone; text: string };

/** The campaign's situation as one sentence with its cause and figures; `clock` writes an instant. */
export function describeStanding(campaign: Monitored, clock: (iso: string) => string): Standing {
  switch (campaign.state) {
    case 'draft':
      return { tone: 'offline', text: 'A draft: nothing is offered until it is reviewed and started.' };
    case 'awaiting_approval': {
      const given = campaign.approvals.filter(({ decision }) => decision === 'approve').length;
      return { tone: 'held', text: `Waits for approval: ${given} of ${campaign.requiredApprovals} given.` };
    }
    case 'scheduled':
      return {
        tone: 'held',
        text: campaign.startAt
          ? `Ready; starts by itself at ${clock(campaign.startAt)}.`
          : 'Ready; waits to be started.',
      };
    case 'paused':
      return describePause(campaign, clock);
    case 'completed':
    case 'aborted':
      return describeEnd(campaign, clock);
    default:
      return describeRun(campaign, clock);
  }
}

function describePause(campaign: Monitored, clock: (iso: string) => string): Standing {
  const cause = PauseCause.safeParse(campaign.pauseCause);
  const time = campaign.pausedAt ? clock(campaign.pausedAt) : undefined;
  const text = cause.success ? describeCause(cause.data, time) : `Paused${time ? ` ${time}` : ''}`;
  const automatic = cause.success && cause.data.kind !== 'person';
  return { tone: automatic ? 'failed' : 'held', text: `${text}.` };
}

function describeEnd(campaign: Monitored, clock: (iso: string) => string): Standing {
  const counts = campaignCounts(campaign);
  const done = atTargetOf(counts);
  const all = attainableOf(counts) + done - succeededOf(counts);
  const at = campaign.finishedAt ? ` ${clock(campaign.finishedAt)}` : '';
  const result = `${formatCount(done)} of ${formatCount(all)} reached vehicles run the target (${formatShare(done, all)})`;
  return campaign.state === 'completed'
    ? { tone: 'done', text: `Completed${at}: ${result}.` }
    : { tone: 'failed', text: `Aborted${at}${abortWords(campaign.abortMode)}: ${result}.` };
}

function abortWords(mode: string | null): string {
  if (mode === 'cancel_all') return ', cancelling all that had not begun to install';
  if (mode === 'cancel_not_begun') return ', cancelling what had not begun';
  return mode === 'stop_offering' ? ', letting vehicles under way finish' : '';
}

function describeRun(campaign: Monitored, clock: (iso: string) => string): Standing {
  if (campaign.offersStop.stopped) {
    const by = campaign.offersStop.by ? ` by ${campaign.offersStop.by}` : '';
    return { tone: 'failed', text: `Running, but offers nothing: all offers are stopped fleet-wide${by}.` };
  }
  if (campaign.planState === 'planning') {
    const of = campaign.targetCount ? ` of ${formatCount(campaign.targetCount)}` : '';
    return {
      tone: 'running',
      text: `Planning: ${formatCount(campaign.plannedCount)}${of} vehicles decided.`,
    };
  }
  const wave = campaign.waves.find(({ state }) => state !== 'finished' && state !== 'waiting');
  if (wave) return describeWave(campaign, wave, clock);
  const { open } = extentOf(campaign);
  return open > 0
    ? {
        tone: 'running',
        text: `Running: ${formatCount(open)} ${open === 1 ? 'vehicle is' : 'vehicles are'} still expected.`,
      }
    : { tone: 'running', text: 'Running: every vehicle planned so far is settled.' };
}

/** "Wave 2 “Rest”", or just the name where there is one wave. */
export function nameOfWave(
  campaign: Pick<Monitored, 'waves'>,
  wave: { number: number; name: string },
): string {
  return campaign.waves.length === 1 ? `“${wave.name}”` : `Wave ${wave.number + 1} “${wave.name}”`;
}

function describeWave(campaign: Monitored, wave: MonitoredWave, clock: (iso: string) => string): Standing {
  const counts = waveCounts(campaign, wave);
  const name = nameOfWave(campaign, wave);
  const finished = finishedOf(counts);
  const progress = `${formatCount(finished)} of ${formatCount(attainableOf(counts))} finished`;
  if (wave.stalledAt) {
    const needed = wave.gate ? `, ${percent(wave.gate.successThreshold)} needed` : '';
    return {
      tone: 'warning',
      text: `${name} stalled: every vehicle is settled, ${formatShare(succeededOf(counts), finished)} succeeded${needed}.`,
    };
  }
  if (wave.state === 'soaking') {
    const until = wave.soakUntil ? ` until ${clock(wave.soakUntil)}` : '';
    return {
      tone: 'held',
      text: `${name} soaks${until}: ${progress}, ${formatShare(succeededOf(counts), finished)} succeeded.`,
    };
  }
  if (wave.state === 'awaiting_manual') {
    return { tone: 'warning', text: `${name} met its gate; the next wave waits for a person (${progress}).` };
  }
  const erred = erredOf(counts);
  const failed = erred > 0 ? `, ${formatCount(erred)} failed (${formatShare(erred, finished)})` : '';
  return { tone: 'running', text: `Running ${name}: ${progress}${failed}.` };
}
