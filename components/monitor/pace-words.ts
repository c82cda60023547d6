import { formatCount, formatDuration } from '#components/ui/format.ts';
import type { Monitored, Pace } from './monitor-types.ts';

/** With fewer, a rate or a median says more of chance than of the fleet. */
const FEW = 5;

type Figure = { value: string; detail: string };

/** How many finish a minute. */
export function rateOf({ finished, spanMs }: Pick<Pace, 'finished' | 'spanMs'>): string {
  return perMinute(finished, spanMs);
}

/** What the rate was counted over, and what it is held to. */
export function rateDetail({ ratePerMinute }: Pick<Monitored, 'ratePerMinute'>, pace: Pace): string {
  const limit = ratePerMinute ? ` of at most ${formatCount(ratePerMinute)}` : '';
  return `finished, over the last ${formatDuration(pace.spanMs)}; offers ${perMinute(pace.offered, pace.spanMs)}${limit}`;
}

/** How long it still takes at the present rate; why nobody can tell, where nobody can. */
export function timeLeft(
  { state }: Pick<Monitored, 'state'>,
  open: number,
  { finished, spanMs }: Pick<Pace, 'finished' | 'spanMs'>,
): Figure {
  const none = (detail: string) => ({ value: '–', detail });
  if (state === 'completed' || state === 'aborted') return none('it is over');
  if (open === 0) return none('nobody is expected any more');
  if (state !== 'running') return none('it offers nothing while it is paused');
  if (finished === 0) return none(`nobody finished in the last ${formatDuration(spanMs)}`);
  if (finished < FEW) return none(`too few to tell: ${formatCount(finished)} finished lately`);
  const minutes = open / ((finished * 60_000) / spanMs);
  const value = minutes < 1 ? '< 1 min' : `≈ ${formatDuration(Math.round(minutes) * 60_000)}`;
  return { value, detail: 'at this rate; windows and offline vehicles not counted' };
}

/** Median of the acknowledgment latency with what it is drawn from. */
export function latencyOf({ latency }: Pick<Pace, 'latency'>): Figure {
  if (!latency) return { value: '–', detail: 'nothing acknowledged yet' };
  const { samples, p50, p95 } = latency;
  const of = `${formatCount(samples)} ${samples === 1 ? 'answer' : 'answers'}`;
  if (samples < FEW) return { value: formatDuration(p50), detail: `from ${of} only` };
  return { value: formatDuration(p50), detail: `median of ${of}; 95 % in ${formatDuration(p95)}` };
}

function perMinute(count: number, spanMs: number): string {
  const rate = (count * 60_000) / spanMs;
  if (rate === 0) return '0 / min';
  return `${rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate))} / min`;
}
