'use client';

import { type ReactElement, type ReactNode, useId } from 'react';
import { cn } from './cn.ts';

export type FieldControl = { id: string; 'aria-invalid': boolean; 'aria-describedby': string | undefined };

type FieldProps = {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  className?: string;
  /** Spread what is given onto the control, so that label, hint and error belong to it. */
  children(control: FieldControl): ReactElement;
};

/** A form control with its label, hint and error. */
export function Field({ label, hint, error, className, children }: FieldProps) {
  const id = useId();
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={cn('grid content-start gap-1', className)}>
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children({ id, 'aria-invalid': error !== undefined, 'aria-describedby': describedBy || undefined })}
      {hint && (
        <p id={`${id}-hint`} className="text-muted text-sm">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-failed text-sm">
          <span aria-hidden>✕ </span>
          {error}
        </p>
      )}
    </div>
  );
}
