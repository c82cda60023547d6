import type { TargetCondition, TargetFilter } from '#lib/domain/target-filter.ts';

/** True if the filter demands this very condition, alone or among others that all must hold. */
export function demands(filter: TargetFilter, condition: TargetCondition): boolean {
  if (filter.kind === 'and') return filter.filters.some((part) => isSame(part, condition));
  return isSame(filter, condition);
}

/** The filter with the condition demanded as well, or no longer where it was. */
export function toggleCondition(filter: TargetFilter, condition: TargetCondition): TargetFilter {
  if (isSame(filter, condition)) return { kind: 'all' };
  if (filter.kind === 'all') return condition;
  if (filter.kind !== 'and') return { kind: 'and', filters: [filter, condition] };
  const others = filter.filters.filter((part) => !isSame(part, condition));
  const filters = others.length < filter.filters.length ? others : [...others, condition];
  const [only] = filters;
  if (!only) return { kind: 'all' };
  return filters.length === 1 ? only : { kind: 'and', filters };
}

function isSame(a: TargetFilter, b: TargetFilter): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
