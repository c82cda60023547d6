import type { DraftDefinition } from '../draft-definition.ts';
import type { DryRunPreview, ImpactPreview } from '../preview.ts';

export const STEP_IDS = [
  'target',
  'releases',
  'waves',
  'windows',
  'thresholds',
  'approvals',
  'review',
] as const;
export type StepId = (typeof STEP_IDS)[number];

export const STEP_TITLES: Record<StepId, string> = {
  target: 'Target',
  releases: 'Releases',
  waves: 'Waves',
  windows: 'Windows',
  thresholds: 'Thresholds',
  approvals: 'Approvals',
  review: 'Review',
};

export type StepProblem = { step: StepId; message: string };

/** What keeps a draft from being submitted or started, and in which step it is mended. */
export function problemsOf(definition: DraftDefinition, impact: ImpactPreview | undefined): StepProblem[] {
  const problems: StepProblem[] = [];
  const add = (step: StepId, message: string) => problems.push({ step, message });
  if (definition.name.trim() === '') add('target', 'The campaign has no name.');
  if (definition.releaseIds.length === 0) add('releases', 'No release is chosen.');
  if (impact && impact.targeted === 0) add('target', 'The target selects no vehicle.');
  const { waves, schedule, delivery } = definition;
  if (waves.length === 0) add('waves', 'There is no wave.');
  const names = waves.map(({ name }) => name.trim());
  if (names.includes('')) add('waves', 'A wave has no name.');
  if (delivery === 'broadcast') {
    const odd = waves.findIndex(
      ({ size }, index) => size.kind !== 'percent' && !(size.kind === 'rest' && index === waves.length - 1),
    );
    if (odd >= 0)
      add('waves', `Broadcast takes waves by percent and a rest at the end; wave ${odd + 1} is neither.`);
  }
  if (schedule.startAt && schedule.endAt && schedule.startAt >= schedule.endAt) {
    add('windows', 'The end must come after the start.');
  }
  return problems;
}

/** Things that are allowed and probably not meant. */
export function warningsOf({ waves }: DraftDefinition, dryRun: DryRunPreview | undefined): StepProblem[] {
  const warnings: StepProblem[] = [];
  const percent = waves.reduce((sum, { size }) => sum + (size.kind === 'percent' ? size.percent : 0), 0);
  const rest = waves.findIndex(({ size }) => size.kind === 'rest');
  if (rest >= 0 && rest < waves.length - 1) {
    warnings.push({ step: 'waves', message: `Nothing is left for the waves after “${waves[rest]?.name}”.` });
  }
  if (rest < 0 && waves.every(({ size }) => size.kind === 'percent') && percent < 100) {
    warnings.push({ step: 'waves', message: `${100 - percent} % of the targeted vehicles are in no wave.` });
  }
  const empty = waves.filter((_, index) => dryRun?.waves[index]?.vehicles === 0 && dryRun.vehicles > 0);
  if (dryRun?.waves.length === waves.length && empty.length > 0) {
    const names = empty.map(({ name }) => `“${name}”`).join(', ');
    warnings.push({
      step: 'waves',
      message: `No eligible vehicle falls into ${names}: the gate after it tests nothing.`,
    });
  }
  return warnings;
}
