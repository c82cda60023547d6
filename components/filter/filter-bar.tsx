'use client';

import { SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { ErrorNote } from '#components/ui/notes.tsx';
import { parseFilterText, printFilter } from '#lib/domain/filter-text.ts';
import type { TargetFilter } from '#lib/domain/target-filter.ts';
import { FilterBuilder } from './filter-builder.tsx';
import { FilterText } from './filter-text.tsx';

type FilterBarProps = {
  text: string;
  onApply(text: string): void;
  label?: string;
  /** Whether the builder is open to begin with. */
  startWithBuilder?: boolean;
};

/** A target filter as text, and as a builder on demand; each shows what the other made. */
export function FilterBar({ text, onApply, label = 'Filter', startWithBuilder = false }: FilterBarProps) {
  const [building, setBuilding] = useState(startWithBuilder);
  return (
    <div className="grid min-w-0 gap-2">
      <div className="flex min-w-0 items-start gap-2">
        <FilterText text={text} onApply={onApply} label={label} />
        <Button
          look="quiet"
          aria-label="Builder"
          aria-expanded={building}
          onClick={() => setBuilding(!building)}
        >
          <SlidersHorizontal aria-hidden />
          <span className="hidden sm:inline">Builder</span>
        </Button>
      </div>
      {building && <Builder key={text} text={text} onApply={onApply} />}
    </div>
  );
}

function Builder({ text, onApply }: Pick<FilterBarProps, 'text' | 'onApply'>) {
  const parsed = text.trim() === '' ? undefined : parseFilterText(text);
  const [filter, setFilter] = useState<TargetFilter>(parsed?.kind === 'ok' ? parsed.filter : { kind: 'all' });
  const [problem, setProblem] = useState<string>();
  const apply = () => {
    if (filter.kind === 'all') return onApply('');
    const printed = printFilter(filter);
    const check = parseFilterText(printed);
    if (check.kind === 'ok') return onApply(printed);
    setProblem(check.errors[0]?.message ?? 'a condition is incomplete');
  };
  return (
    <div className="grid gap-3 rounded-md border border-line bg-surface p-3">
      <FilterBuilder filter={filter} onChange={setFilter} />
      <p className="overflow-x-auto whitespace-pre-wrap break-all font-mono text-muted text-sm">
        {filter.kind === 'all' ? 'all' : printFilter(filter)}
      </p>
      {problem && <ErrorNote>This cannot be applied: {problem}. Complete the condition.</ErrorNote>}
      <div className="flex gap-2">
        <Button look="primary" onClick={apply}>
          Apply
        </Button>
        <Button look="quiet" onClick={() => setFilter({ kind: 'all' })}>
          Clear
        </Button>
      </div>
    </div>
  );
}
