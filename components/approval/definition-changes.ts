import type { DraftDefinition } from '#components/campaign/draft-definition.ts';
import { END_BEHAVIOURS } from '#components/campaign/end-behaviours.ts';
import { printFilter } from '#lib/domain/filter-text.ts';
import { percent } from '#lib/domain/pause-cause.ts';
import { describeWaveSize, describeWindow } from '#lib/domain/plan-sentence.ts';

export type Change = { part: string; before: string; after: string };
type Name = (releaseId: string) => string;

/** Every part of a definition in words, in the order of the wizard's steps. */
const PARTS: [string, (definition: DraftDefinition, nameOf: Name) => string][] = [
  ['Name', ({ name }) => name],
  ['Description', ({ description }) => description],
  ['Target', ({ target }) => printFilter(target)],
  ['Vehicles', ({ kind }) => (kind === 'static' ? 'those at the start' : 'also those that join later')],
  ['Releases', ({ releaseIds }, nameOf) => releaseIds.map(nameOf).join('\n')],
  ['Rollback', ({ rollback }) => (rollback ? 'yes' : 'no')],
  [
    'Delivery',
    ({ delivery, qos, spreadSeconds }) =>
      `${delivery}, QoS ${qos}${delivery === 'broadcast' ? `, answers over ${spreadSeconds} s` : ''}`,
  ],
  ['Priority', ({ priority }) => String(priority)],
  ['Waves', ({ waves }) => waves.map(describeWave).join('\n')],
  [
    'Start and end',
    ({ schedule }) =>
      `${schedule.startAt ?? 'by hand'} – ${schedule.endAt ?? 'when done'}; ${END_BEHAVIOURS[schedule.endBehaviour]}`,
  ],
  ['Windows', ({ schedule }) => schedule.windows.map(describeWindow).join('\n') || 'any time'],
  [
    'Automatic pause',
    ({ errorThreshold }) =>
      `more than ${percent(errorThreshold.rate)} of at least ${errorThreshold.minimumSample}`,
  ],
  [
    'Rate',
    ({ rate: { maximumPerMinute, ramp } }) =>
      `${ramp ? `from ${ramp.basePerMinute}, × ${ramp.factor} per ${ramp.stepSuccesses} successes, ` : ''}at most ${maximumPerMinute} a minute`,
  ],
  ['Retry', ({ retry }) => describeRetry(retry)],
  ['Overlap', ({ overlap }) => (overlap === 'wait' ? 'waits for the other campaign' : 'is left out')],
  ['Rollback', ({ rollback }) => (rollback ? 'goes back to an earlier release' : 'no')],
  [
    'Skilled persons',
    ({ allowSkilledPersonOnly }) =>
      allowSkilledPersonOnly ? 'reaches what only they may update' : 'left out',
  ],
  ['Refusals', ({ offerAgainAfterRefusal }) => (offerAgainAfterRefusal ? 'offered again' : 'respected')],
  [
    'Time limits',
    ({ timeouts }) =>
      `${timeouts.acknowledgeMinutes} / ${timeouts.downloadMinutes} / ${timeouts.installMinutes} / ${timeouts.confirmMinutes} min`,
  ],
  ['Approvals', ({ requiredApprovals }) => String(requiredApprovals)],
];

/** What of a definition is another than before, part by part, in words. */
export function definitionChanges(before: DraftDefinition, after: DraftDefinition, nameOf: Name): Change[] {
  return PARTS.map(([part, inWords]) => ({
    part,
    before: inWords(before, nameOf),
    after: inWords(after, nameOf),
  })).filter((change) => change.before !== change.after);
}

function describeWave(wave: DraftDefinition['waves'][number]): string {
  const { gate, size } = wave;
  const filter = size.kind === 'filter' ? ` (${printFilter(size.filter)})` : '';
  const soak = gate.soakMinutes > 0 ? `, ${gate.soakMinutes} min` : '';
  const manual = gate.manual ? ', by hand' : '';
  return `${wave.name}: ${describeWaveSize(wave)}${filter}; ${percent(gate.successThreshold)} of ${gate.minimumSample}${soak}${manual}`;
}

function describeRetry({ retries, backOffMinutes, backOffFactor }: DraftDefinition['retry']): string {
  const given = Object.entries(retries).filter(([, times]) => (times ?? 0) > 0);
  if (given.length === 0) return 'none';
  return `${given.map(([kind, times]) => `${kind} ${times}`).join(', ')}; after ${backOffMinutes} min, × ${backOffFactor}`;
}
