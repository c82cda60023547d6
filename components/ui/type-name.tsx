'use client';

import { useId } from 'react';
import { Input } from './input.tsx';

/** Up to here an action is one click; up to `TYPE_ABOVE` a dialog; above it the name must be typed. */
export const CLICK_BELOW = 100;
export const TYPE_ABOVE = 10_000;

/** "Type the name to confirm", for what reaches very many vehicles or cannot be undone. */
export function TypeName({
  name,
  value,
  onChange,
}: {
  name: string;
  value: string;
  onChange(value: string): void;
}) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id}>
        Type <strong className="wrap-anywhere font-mono">{name}</strong> to confirm
      </label>
      <Input id={id} value={value} onChange={(event) => onChange(event.target.value)} autoComplete="off" />
    </div>
  );
}

/** Whether what was typed is the name; names differ in their spaces only where people see it. */
export function isTyped(name: string, value: string): boolean {
  return value.trim().replace(/\s+/g, ' ') === name.trim().replace(/\s+/g, ' ');
}
