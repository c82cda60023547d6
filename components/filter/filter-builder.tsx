'use client';

import { Plus, X } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';
import { Select } from '#components/ui/input.tsx';
import type { TargetFilter } from '#lib/domain/target-filter.ts';
import { freshCondition } from './condition-fields.ts';
import { ConditionRow } from './condition-row.tsx';

type NodeProps = {
  filter: TargetFilter;
  onChange(filter: TargetFilter): void;
  onRemove?: (() => void) | undefined;
  depth?: number;
  /** Inside of a `not` already. */
  negated?: boolean;
};

/** A filter as nested groups of conditions; what it cannot hold does not exist, so text and builder round-trip. */
export function FilterBuilder({ filter, onChange }: Pick<NodeProps, 'filter' | 'onChange'>) {
  return <Node filter={filter} onChange={onChange} depth={0} />;
}

function Node({ filter, onChange, onRemove, depth = 0, negated = false }: NodeProps) {
  switch (filter.kind) {
    case 'all':
      return (
        <div className="flex flex-wrap items-center gap-2">
          <span className="text-muted">The whole fleet.</span>
          <AddButtons onAdd={onChange} />
          <Remove onRemove={onRemove} />
        </div>
      );
    case 'and':
    case 'or':
      return <Group group={filter} onChange={onChange} onRemove={onRemove} depth={depth} />;
    case 'not':
      return (
        <div className="flex items-start gap-2">
          <Negation negated onToggle={() => onChange(filter.filter)} />
          <div className="min-w-0 flex-1">
            <Node
              filter={filter.filter}
              onChange={(inner) => onChange(inner.kind === 'all' ? inner : { kind: 'not', filter: inner })}
              onRemove={onRemove}
              depth={depth}
              negated
            />
          </div>
        </div>
      );
    default:
      return (
        <div className="flex flex-wrap items-center gap-2">
          <ConditionRow condition={filter} onChange={onChange} />
          {!negated && <Negation onToggle={() => onChange({ kind: 'not', filter })} />}
          <Remove onRemove={onRemove ?? (() => onChange({ kind: 'all' }))} />
          {depth === 0 && (
            <AddButtons onAdd={(added) => onChange({ kind: 'and', filters: [filter, added] })} />
          )}
        </div>
      );
  }
}

type GroupProps = Omit<NodeProps, 'filter'> & { group: Extract<TargetFilter, { kind: 'and' | 'or' }> };

function Group({ group, onChange, onRemove, depth = 0 }: GroupProps) {
  const replace = (index: number, next: TargetFilter) =>
    onChange({ ...group, filters: group.filters.map((part, at) => (at === index ? next : part)) });
  const remove = (index: number) => {
    const rest = group.filters.filter((_, at) => at !== index);
    const [only] = rest;
    onChange(rest.length > 1 ? { ...group, filters: rest } : (only ?? { kind: 'all' }));
  };
  return (
    <fieldset className={cn('grid gap-2', depth > 0 && 'rounded-md border border-line p-2')}>
      <legend className="sr-only">{group.kind === 'and' ? 'All of these' : 'Any of these'}</legend>
      <div className="flex flex-wrap items-center gap-2">
        <Select
          aria-label="How the conditions are joined"
          className="w-32"
          value={group.kind}
          onChange={(event) => onChange({ ...group, kind: event.target.value === 'or' ? 'or' : 'and' })}
        >
          <option value="and">All of</option>
          <option value="or">Any of</option>
        </Select>
        {depth > 0 && <Negation onToggle={() => onChange({ kind: 'not', filter: group })} />}
        <Remove onRemove={onRemove} what="group" />
      </div>
      <ul className="grid gap-2 border-line border-l pl-3">
        {group.filters.map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place.
          <li key={index}>
            <Node
              filter={part}
              onChange={(next) => replace(index, next)}
              onRemove={() => remove(index)}
              depth={depth + 1}
            />
          </li>
        ))}
      </ul>
      <AddButtons
        onAdd={(added) => onChange({ ...group, filters: [...group.filters, added] })}
        group={group.kind}
      />
    </fieldset>
  );
}

function AddButtons({ onAdd, group }: { onAdd(filter: TargetFilter): void; group?: 'and' | 'or' }) {
  const other = group === 'or' ? 'and' : 'or';
  return (
    <div className="flex gap-2">
      <Button size="small" onClick={() => onAdd(freshCondition('model'))}>
        <Plus aria-hidden /> Condition
      </Button>
      <Button
        size="small"
        look="quiet"
        onClick={() => onAdd({ kind: other, filters: [freshCondition('model'), freshCondition('region')] })}
      >
        <Plus aria-hidden /> Group
      </Button>
    </div>
  );
}

function Negation({ negated = false, onToggle }: { negated?: boolean; onToggle(): void }) {
  return (
    <Button size="small" look={negated ? 'primary' : 'quiet'} aria-pressed={negated} onClick={onToggle}>
      not
    </Button>
  );
}

function Remove({ onRemove, what = 'condition' }: { onRemove?: (() => void) | undefined; what?: string }) {
  if (!onRemove) return null;
  return (
    <Button size="small-icon" look="quiet" aria-label={`Remove ${what}`} onClick={onRemove}>
      <X aria-hidden />
    </Button>
  );
}
