'use client';

import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { FilterBar } from '#components/filter/filter-bar.tsx';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { formatCount, formatDuration } from '#components/ui/format.ts';
import { CheckboxLine, Input, Select } from '#components/ui/input.tsx';
import type { WaveDefinition, WaveGate, WaveSize } from '#lib/domain/campaign-definition.ts';
import { parseFilterText, printFilter } from '#lib/domain/filter-text.ts';
import { NumberField } from './number-field.tsx';

type Props = {
  wave: WaveDefinition;
  number: number;
  isLast: boolean;
  planned: number | undefined;
  onChange(wave: WaveDefinition): void;
  onMove: ((by: -1 | 1) => void) | undefined;
  onRemove: (() => void) | undefined;
};

const SIZES: Record<WaveSize['kind'], { label: string; initial: WaveSize }> = {
  percent: { label: 'Percent of the target', initial: { kind: 'percent', percent: 10 } },
  count: { label: 'Number of vehicles', initial: { kind: 'count', count: 100 } },
  filter: { label: 'Those of a filter', initial: { kind: 'filter', filter: { kind: 'all' } } },
  rest: { label: 'The rest', initial: { kind: 'rest' } },
};

/** One wave: its size, and the gate to the next. */
export function WaveEditor({ wave, number, isLast, planned, onChange, onMove, onRemove }: Props) {
  const { size, gate } = wave;
  const setGate = (part: Partial<WaveGate>) => onChange({ ...wave, gate: { ...gate, ...part } });
  return (
    <section aria-label={`Wave ${number}`} className="rounded-md border border-line bg-surface">
      <div className="flex min-h-10 flex-wrap items-center gap-2 border-line border-b px-4 py-1.5">
        <h3 className="font-semibold">
          {number}. {wave.name || 'Wave'}
        </h3>
        {planned !== undefined && (
          <span className="text-muted">
            {formatCount(planned)} eligible {planned === 1 ? 'vehicle' : 'vehicles'}
          </span>
        )}
        <span className="ml-auto flex">
          {onMove && (
            <>
              <Button
                look="quiet"
                size="icon"
                aria-label={`Move wave ${number} up`}
                disabled={number === 1}
                onClick={() => onMove(-1)}
              >
                <ArrowUp />
              </Button>
              <Button
                look="quiet"
                size="icon"
                aria-label={`Move wave ${number} down`}
                disabled={isLast}
                onClick={() => onMove(1)}
              >
                <ArrowDown />
              </Button>
            </>
          )}
          {onRemove && (
            <Button look="quiet" size="icon" aria-label={`Remove wave ${number}`} onClick={onRemove}>
              <X />
            </Button>
          )}
        </span>
      </div>
      <div className="grid gap-4 p-4">
        <div className="grid gap-4 sm:grid-cols-3">
          <Field label="Name" error={wave.name.trim() === '' ? 'A wave needs a name.' : undefined}>
            {(control) => (
              <Input
                {...control}
                maxLength={80}
                value={wave.name}
                onChange={(event) => onChange({ ...wave, name: event.target.value })}
              />
            )}
          </Field>
          <Field label="Size">
            {(control) => (
              <Select
                {...control}
                value={size.kind}
                onChange={(event) => {
                  const chosen = Object.values(SIZES).find(
                    ({ initial }) => initial.kind === event.target.value,
                  );
                  if (chosen) onChange({ ...wave, size: chosen.initial });
                }}
              >
                {Object.entries(SIZES).map(([kind, { label }]) => (
                  <option key={kind} value={kind}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {size.kind === 'percent' && (
            <NumberField
              label="Percent"
              value={size.percent}
              onChange={(percent) => onChange({ ...wave, size: { kind: 'percent', percent } })}
              min={0.01}
              max={100}
              step={0.01}
            />
          )}
          {size.kind === 'count' && (
            <NumberField
              label="Vehicles"
              value={size.count}
              onChange={(count) => onChange({ ...wave, size: { kind: 'count', count } })}
              min={1}
              max={10_000_000}
            />
          )}
        </div>
        {size.kind === 'filter' && (
          <FilterBar
            label={`Filter of wave ${number}`}
            text={size.filter.kind === 'all' ? '' : printFilter(size.filter)}
            onApply={(text) => {
              const parsed = text.trim() === '' ? undefined : parseFilterText(text);
              if (!parsed) onChange({ ...wave, size: { kind: 'filter', filter: { kind: 'all' } } });
              else if (parsed.kind === 'ok')
                onChange({ ...wave, size: { kind: 'filter', filter: parsed.filter } });
            }}
          />
        )}
        {!isLast && (
          <fieldset className="grid gap-3">
            <legend className="mb-2 font-medium">The next wave begins when</legend>
            <div className="grid gap-4 sm:grid-cols-3">
              <NumberField
                label="Success, % of finished"
                value={round(gate.successThreshold * 100)}
                onChange={(percent) => setGate({ successThreshold: round(percent / 100) })}
                min={0}
                max={100}
                step={0.01}
              />
              <NumberField
                label="Finished at the least"
                value={gate.minimumSample}
                onChange={(minimumSample) => setGate({ minimumSample })}
                min={1}
                max={1_000_000}
              />
              <NumberField
                label="Then wait, minutes"
                hint={gate.soakMinutes >= 60 ? formatDuration(gate.soakMinutes * 60_000) : undefined}
                value={gate.soakMinutes}
                onChange={(soakMinutes) => setGate({ soakMinutes })}
                min={0}
                max={86_400}
              />
            </div>
            <CheckboxLine
              label="and a person opens it"
              checked={gate.manual}
              onChange={(event) => setGate({ manual: event.target.checked })}
            />
          </fieldset>
        )}
      </div>
    </section>
  );
}

/** Without the digits that binary fractions add. */
function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
