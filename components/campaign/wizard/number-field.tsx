'use client';

import { type ReactNode, useEffect, useState } from 'react';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';

type NumberFieldProps = {
  label: string;
  value: number;
  onChange(value: number): void;
  min: number;
  max: number;
  /** Whole numbers unless told. */
  step?: number;
  hint?: ReactNode;
  className?: string;
};

/** A number within bounds; what is typed out of them stays visible with its error and is not taken over. */
export function NumberField({
  label,
  value,
  onChange,
  min,
  max,
  step = 1,
  hint,
  className,
}: NumberFieldProps) {
  const [text, setText] = useState(String(value));
  useEffect(() => {
    setText((current) => (current.trim() !== '' && Number(current) === value ? current : String(value)));
  }, [value]);
  const error = problemOf(text, min, max, step);
  return (
    <Field label={label} hint={hint} error={error} {...(className ? { className } : {})}>
      {(control) => (
        <Input
          {...control}
          inputMode={step === 1 ? 'numeric' : 'decimal'}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            if (!problemOf(event.target.value, min, max, step)) onChange(Number(event.target.value));
          }}
        />
      )}
    </Field>
  );
}

function problemOf(text: string, min: number, max: number, step: number): string | undefined {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return 'Write a number.';
  if (value < min || value > max) return `From ${min.toLocaleString('en')} to ${max.toLocaleString('en')}.`;
  if (Math.abs(value / step - Math.round(value / step)) > 1e-6) {
    return step === 1 ? 'Write a whole number.' : `In steps of ${step}.`;
  }
  return undefined;
}
