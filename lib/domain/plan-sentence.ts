import type { CampaignDefinition, MaintenanceWindow, WaveDefinition } from './campaign-definition.ts';
import { percent } from './pause-cause.ts';

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** A count as screens and sentences show it, e.g. `12,400`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-GB');
}

function list(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

function vehicles(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'vehicle' : 'vehicles'}`;
}

function closingTime({ startsAt, durationMinutes }: MaintenanceWindow): string {
  const [hours = 0, minutes = 0] = startsAt.split(':').map(Number);
  const end = (hours * 60 + minutes + durationMinutes) % 1440;
  return `${String(Math.floor(end / 60)).padStart(2, '0')}:${String(end % 60).padStart(2, '0')}`;
}

/** A maintenance window in words, e.g. `Sat, Sun 22:00–04:00`. */
export function describeWindow(window: MaintenanceWindow): string {
  const days = [...new Set(window.weekdays)].sort((a, b) => a - b);
  const named = days.length === 7 ? '' : `${days.map((day) => DAYS[day - 1]).join(', ')} `;
  return `${named}${window.startsAt}–${closingTime(window)}`;
}

/** A wave's size in words, e.g. `1 %`, `500 vehicles`, `the rest`. */
export function describeWaveSize({ size }: WaveDefinition): string {
  switch (size.kind) {
    case 'percent':
      return `${size.percent} %`;
    case 'count':
      return vehicles(size.count);
    case 'filter':
      return 'those of a filter';
    case 'rest':
      return 'the rest';
  }
}

function waves(definition: CampaignDefinition): string {
  if (definition.waves.length === 1) return 'in one wave';
  return `in ${definition.waves.length} waves (${definition.waves.map(describeWaveSize).join(', ')})`;
}

function rate({ rate: { maximumPerMinute, ramp } }: CampaignDefinition): string {
  const limit = `at most ${formatCount(maximumPerMinute)} a minute`;
  if (!ramp) return limit;
  const each = `× ${ramp.factor} per ${formatCount(ramp.stepSuccesses)} successes`;
  return `from ${formatCount(ramp.basePerMinute)} a minute, ${each}, ${limit}`;
}

function instant(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

function when({ schedule }: CampaignDefinition): string[] {
  const parts: string[] = [];
  if (schedule.startAt) parts.push(`from ${instant(schedule.startAt)}`);
  if (schedule.endAt) parts.push(`until ${instant(schedule.endAt)}`);
  if (schedule.windows.length > 0) {
    parts.push(`within ${list(schedule.windows.map(describeWindow))} in each vehicle’s own time zone`);
  }
  return parts;
}

/** What the plan sentence speaks of besides the definition. */
export interface PlanFigures {
  releases: readonly { ecuType: string; version: string }[];
  eligible: number;
  excluded: number;
}

/**
 * The plan as one readable sentence, as review and approval show it, e.g. "Offer BMS 3.0 to 12,400 vehicles
 * (310 left out) in 2 waves (1 %, the rest), at most 1,000 a minute; pause if more than 10 % of at least 5
 * finished fail."
 */
export function planSentence(definition: CampaignDefinition, figures: PlanFigures): string {
  const what = list(figures.releases.map(({ ecuType, version }) => `${ecuType} ${version}`));
  const verb = definition.delivery === 'broadcast' ? 'Announce' : 'Offer';
  const verbs = definition.rollback ? 'Return vehicles by offering' : verb;
  const leftOut = figures.excluded > 0 ? ` (${formatCount(figures.excluded)} left out)` : '';
  const joining = definition.kind === 'continuous' ? ' and to those that come to match' : '';
  const { errorThreshold } = definition;
  const course = [waves(definition), rate(definition), ...when(definition)].join(', ');
  const stop = `pause if more than ${percent(errorThreshold.rate)} of at least ${formatCount(errorThreshold.minimumSample)} finished fail`;
  return `${verbs} ${what} to ${vehicles(figures.eligible)}${leftOut}${joining} ${course}; ${stop}.`;
}
