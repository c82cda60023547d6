import type { TargetFilter } from '#lib/domain/target-filter.ts';
import type { ViewValue } from '#lib/live/views.ts';
import type { DraftDefinition } from '../draft-definition.ts';
import type { DryRunPreview, ImpactPreview } from '../preview.ts';
import type { StepId } from './steps.ts';
import type { Preview } from './use-preview.ts';

export type SavedFilter = { id: string; name: string; filter: TargetFilter };

/** What every step of the wizard is given. */
export type StepProps = {
  /** None before the first edit. */
  campaignId: string | undefined;
  definition: DraftDefinition;
  change(part: Partial<DraftDefinition>): void;
  /** Those that can be chosen from; an old one is among them only when it is chosen. */
  releases: ViewValue<'catalog'>['releases'];
  releasesInAll: number;
  savedFilters: SavedFilter[];
  impact: Preview<ImpactPreview>;
  dryRun: Preview<DryRunPreview>;
  goTo(step: StepId): void;
};
