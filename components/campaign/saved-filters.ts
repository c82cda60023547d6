import { TargetFilter } from '#lib/domain/target-filter.ts';
import type { SavedFilter } from './wizard/step-props.ts';

/** The saved views that hold a filter, as targets to choose from. */
export function savedFiltersOf(
  views: readonly { id: string; name: string; filter: unknown }[],
): SavedFilter[] {
  return views.flatMap(({ id, name, filter }) => {
    const parsed = TargetFilter.safeParse(filter);
    return parsed.success ? [{ id, name, filter: parsed.data }] : [];
  });
}
