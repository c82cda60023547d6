'use client';

import { useId, useState } from 'react';
import { FilterBar } from '#components/filter/filter-bar.tsx';
import { Button } from '#components/ui/button.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import { formatCount } from '#components/ui/format.ts';
import { Input, Select, Textarea } from '#components/ui/input.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { parseFilterText, printFilter } from '#lib/domain/filter-text.ts';
import type { TargetFilter } from '#lib/domain/target-filter.ts';
import type { StepProps } from './step-props.ts';

/** Which vehicles are meant: a filter, a list of VINs, a saved view. */
export function StepTarget({ definition, change, savedFilters }: StepProps) {
  const text = definition.target.kind === 'all' ? '' : printFilter(definition.target);
  const apply = (typed: string) => {
    const parsed = typed.trim() === '' ? undefined : parseFilterText(typed);
    if (!parsed) change({ target: { kind: 'all' } });
    else if (parsed.kind === 'ok') change({ target: parsed.filter });
  };
  return (
    <div className="grid gap-4">
      <Panel title="Campaign">
        <div className="grid gap-4">
          <Field label="Name">
            {(control) => (
              <Input
                {...control}
                value={definition.name}
                maxLength={120}
                placeholder="e.g. BMS 39990-TLA-B010, Europe"
                onChange={(event) => change({ name: event.target.value })}
              />
            )}
          </Field>
          <Field label="Description (optional)">
            {(control) => (
              <Textarea
                {...control}
                rows={2}
                maxLength={5000}
                value={definition.description}
                onChange={(event) => change({ description: event.target.value })}
              />
            )}
          </Field>
        </div>
      </Panel>
      <Panel title="Target vehicles">
        <div className="grid gap-4">
          <FilterBar text={text} onApply={apply} label="Target filter" startWithBuilder={text === ''} />
          <p className="text-muted">
            {text === '' ? 'No filter: the whole registered fleet.' : 'Exactly the vehicles of this filter.'}{' '}
            Who of them is eligible is decided per vehicle and shown beside.
          </p>
          <div className="flex flex-wrap items-end gap-2">
            <VinList onApply={(filter) => change({ target: filter })} />
            {savedFilters.length > 0 && (
              <Select
                aria-label="Use a saved view of the fleet"
                className="max-w-64"
                value=""
                onChange={(event) => {
                  const view = savedFilters.find(({ id }) => id === event.target.value);
                  if (view) change({ target: view.filter });
                }}
              >
                <option value="">Use a saved view …</option>
                {savedFilters.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </div>
        </div>
      </Panel>
      <Panel title="Who belongs to it">
        <Kind kind={definition.kind} onChange={(kind) => change({ kind })} />
      </Panel>
    </div>
  );
}

function Kind({
  kind,
  onChange,
}: {
  kind: 'static' | 'continuous';
  onChange(kind: 'static' | 'continuous'): void;
}) {
  const name = useId();
  const options = [
    ['static', 'The vehicles at the start', 'The plan is made once; the campaign completes.'],
    [
      'continuous',
      'Also those that come to match later',
      'Vehicles join while it runs; it ends at its end or by hand.',
    ],
  ] as const;
  return (
    <fieldset className="grid gap-2">
      <legend className="sr-only">Static or continuous</legend>
      {options.map(([value, label, explanation]) => (
        <label key={value} className="flex min-h-6 items-start gap-2">
          <input
            type="radio"
            name={name}
            className="mt-0.5 size-4 accent-accent"
            checked={kind === value}
            onChange={() => onChange(value)}
          />
          <span>
            <span className="font-medium">{label}</span> <span className="text-muted">{explanation}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** The first column of a pasted list or CSV; VINs are recognised by their form. */
function vinsOf(text: string): string[] {
  const found = text.toUpperCase().match(/\b[A-HJ-NPR-Z0-9]{17}\b/g) ?? [];
  return [...new Set(found)];
}

function VinList({ onApply }: { onApply(filter: TargetFilter): void }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const vins = vinsOf(text);
  return (
    <Dialog
      title="Target a list of VINs"
      description="Paste VINs or a CSV file’s content; everything that is no VIN is passed over."
      open={open}
      onOpenChange={setOpen}
      trigger={<Button>Paste VINs …</Button>}
    >
      <Field label="VINs" hint={`${formatCount(vins.length)} different VINs found.`}>
        {(control) => (
          <Textarea
            {...control}
            rows={8}
            className="font-mono"
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Field label="Or a file" className="mt-3">
        {(control) => (
          <input
            {...control}
            type="file"
            accept=".csv,.txt,text/csv,text/plain"
            onChange={(event) => {
              void event.target.files?.item(0)?.text().then(setText);
            }}
          />
        )}
      </Field>
      <DialogActions>
        <Button onClick={() => setOpen(false)}>Cancel</Button>
        <Button
          look="primary"
          disabled={vins.length === 0}
          onClick={() => {
            onApply({ kind: 'text', field: 'vin', operator: 'in', values: vins.slice(0, 100_000) });
            setOpen(false);
          }}
        >
          Target {formatCount(vins.length)} {vins.length === 1 ? 'vehicle' : 'vehicles'}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
