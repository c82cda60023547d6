'use client';

import { ChartArea } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { demands } from '#components/filter/combine-filter.ts';
import { Button } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';
import { formatCount, formatShare } from '#components/ui/format.ts';
import { Select } from '#components/ui/input.tsx';
import type { TargetCondition, TargetFilter } from '#lib/domain/target-filter.ts';
import type { ViewValue } from '#lib/live/views.ts';

type FacetPanelProps = {
  facets: ViewValue<'fleet-facets'>;
  filter: TargetFilter;
  onToggle(condition: TargetCondition): void;
  onEcuType(ecuType: string): void;
  /** Whether the versions' course over time is shown, too. */
  course: boolean;
  onCourse(course: boolean): void;
};

type Bar = { label: string; count: number; condition: TargetCondition; mono?: boolean };

const FEW = 6;

/** What the vehicles found are like; every bar is a filter. */
export function FacetPanel({ facets, filter, onToggle, onEcuType, course, onCourse }: FacetPanelProps) {
  const text = (field: 'model' | 'region', value: string): TargetCondition => {
    return { kind: 'text', field, operator: '=', values: [value] };
  };
  const ecuType = facets.ecuType;
  const facet = (title: string, bars: Bar[], control?: ReactNode) => (
    <Facet
      title={title}
      bars={bars}
      total={facets.total}
      filter={filter}
      onToggle={onToggle}
      control={control}
    />
  );
  return (
    <div className="flex gap-x-6 gap-y-4 overflow-x-auto rounded-md border border-line bg-surface p-4 *:w-56 *:shrink-0 lg:grid lg:grid-cols-3 lg:*:w-auto xl:grid-cols-5">
      {facet('Presence', [
        { label: 'Online', count: facets.online, condition: { kind: 'online', value: true } },
        {
          label: 'Offline',
          count: facets.total - facets.online,
          condition: { kind: 'online', value: false },
        },
      ])}
      {facet(
        'Model',
        facets.model.map(({ value, count }) => ({ label: value, count, condition: text('model', value) })),
      )}
      {facet(
        'Region',
        facets.region.map(({ value, count }) => ({ label: value, count, condition: text('region', value) })),
      )}
      {facet(
        'Model year',
        facets.modelYear.map(({ value, count }) => {
          return {
            label: value,
            count,
            condition: { kind: 'modelYear', operator: '=', value: Number(value) },
          };
        }),
      )}
      {ecuType !== null &&
        facet(
          'Version',
          facets.versions.map(({ value, count }) => {
            const condition: TargetCondition = { kind: 'ecu', ecuType, software: { operator: '=', value } };
            return { label: value === '' ? 'empty' : value, count, condition, mono: true };
          }),
          <>
            <Select
              aria-label="ECU type of the versions"
              className="h-6 w-28 text-sm"
              value={ecuType}
              onChange={(event) => onEcuType(event.target.value)}
            >
              {facets.ecuTypes.map((type) => (
                <option key={type}>{type}</option>
              ))}
            </Select>
            <Button
              size="small"
              look="quiet"
              aria-pressed={course}
              aria-label="Over time"
              title="How the versions spread over time"
              onClick={() => onCourse(!course)}
            >
              <ChartArea aria-hidden />
            </Button>
          </>,
        )}
    </div>
  );
}

type FacetProps = {
  title: string;
  bars: Bar[];
  total: number;
  filter: TargetFilter;
  onToggle(condition: TargetCondition): void;
  control?: ReactNode;
};

function Facet({ title, bars, total, filter, onToggle, control }: FacetProps) {
  const [all, setAll] = useState(false);
  const shown = all ? bars : bars.slice(0, FEW);
  const most = Math.max(1, ...bars.map(({ count }) => count));
  return (
    <section aria-label={control ? 'Version distribution' : title} className="min-w-0">
      <div className="mb-1 flex h-6 items-center gap-2">
        <h2 className="font-medium text-muted">{title}</h2>
        {control}
      </div>
      {bars.length === 0 && <p className="text-muted">none</p>}
      <ul>
        {shown.map((bar) => (
          <li key={bar.label}>
            <FacetBar
              bar={bar}
              most={most}
              total={total}
              active={demands(filter, bar.condition)}
              onToggle={onToggle}
            />
          </li>
        ))}
      </ul>
      {bars.length > FEW && (
        <button
          type="button"
          onClick={() => setAll(!all)}
          className="h-6 text-accent text-sm hover:underline"
        >
          {all ? 'fewer' : `${formatCount(bars.length - FEW)} more`}
        </button>
      )}
    </section>
  );
}

type FacetBarProps = {
  bar: Bar;
  most: number;
  total: number;
  active: boolean;
  onToggle(condition: TargetCondition): void;
};

function FacetBar({ bar, most, total, active, onToggle }: FacetBarProps) {
  return (
    <button
      type="button"
      aria-pressed={active}
      onClick={() => onToggle(bar.condition)}
      title={`${bar.label}: ${formatCount(bar.count)} (${formatShare(bar.count, total)})`}
      className={cn(
        'relative flex h-6 w-full items-center justify-between gap-2 overflow-hidden rounded-sm px-1.5 text-left hover:bg-raised',
        active && 'font-semibold text-accent',
      )}
    >
      <span
        aria-hidden
        className={cn('absolute inset-y-0.5 left-0 rounded-sm', active ? 'bg-accent/20' : 'bg-control/18')}
        style={{ width: `${(100 * bar.count) / most}%` }}
      />
      <span className={cn('relative truncate', bar.mono && 'whitespace-pre font-mono text-sm')}>
        {bar.label}
      </span>
      <span className="relative shrink-0">{formatCount(bar.count)}</span>
    </button>
  );
}
