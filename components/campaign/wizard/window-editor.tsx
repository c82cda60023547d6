'use client';

import { X } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { CheckboxLine, Input } from '#components/ui/input.tsx';
import type { MaintenanceWindow } from '#lib/domain/campaign-definition.ts';
import { describeWindow } from '#lib/domain/plan-sentence.ts';
import { NumberField } from './number-field.tsx';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

type Props = {
  window: MaintenanceWindow;
  number: number;
  onChange(window: MaintenanceWindow): void;
  onRemove(): void;
};

/** One recurring window: days, wall-clock start, length. */
export function WindowEditor({ window, number, onChange, onRemove }: Props) {
  const toggle = (day: number) => {
    const weekdays = window.weekdays.includes(day)
      ? window.weekdays.filter((other) => other !== day)
      : [...window.weekdays, day].sort((a, b) => a - b);
    if (weekdays.length > 0) onChange({ ...window, weekdays });
  };
  return (
    <fieldset className="grid gap-3 rounded-md border border-line p-3">
      <legend className="px-1 font-medium">{describeWindow(window)}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {WEEKDAYS.map((name, index) => (
          <CheckboxLine
            key={name}
            label={name}
            checked={window.weekdays.includes(index + 1)}
            onChange={() => toggle(index + 1)}
          />
        ))}
      </div>
      <div className="flex flex-wrap items-start gap-4">
        <Field label="Opens at" className="w-32">
          {(control) => (
            <Input
              {...control}
              type="time"
              value={window.startsAt}
              onChange={(event) => {
                if (event.target.value) onChange({ ...window, startsAt: event.target.value.slice(0, 5) });
              }}
            />
          )}
        </Field>
        <NumberField
          label="Length, minutes"
          className="w-40"
          value={window.durationMinutes}
          onChange={(durationMinutes) => onChange({ ...window, durationMinutes })}
          min={15}
          max={1440}
        />
        <Button
          look="quiet"
          size="icon"
          className="ml-auto"
          aria-label={`Remove window ${number}`}
          onClick={onRemove}
        >
          <X />
        </Button>
      </div>
    </fieldset>
  );
}
