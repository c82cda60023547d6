import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

const control =
  'rounded-md border border-control bg-surface px-2.5 text-fg transition-colors hover:not-disabled:border-fg/60 disabled:opacity-60 aria-invalid:border-failed';

const checkbox = 'size-4 shrink-0 accent-accent';

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={cn(control, 'h-8 w-full min-w-0', className)} {...props} />;
}

export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea className={cn(control, 'w-full py-1.5', className)} {...props} />;
}

/** The platform's own select: it works on every device and with every screen reader. */
export function Select({ className, ...props }: ComponentProps<'select'>) {
  return <select className={cn(control, 'h-8 w-full min-w-0 pr-1', className)} {...props} />;
}

export function Checkbox({ className, ...props }: Omit<ComponentProps<'input'>, 'type'>) {
  return <input type="checkbox" className={cn(checkbox, className)} {...props} />;
}

/** A check box with its text; the whole line is the target. */
export function CheckboxLine({
  label,
  className,
  ...props
}: Omit<ComponentProps<'input'>, 'type'> & { label: string }) {
  return (
    <label className={cn('flex min-h-6 items-center gap-2', className)}>
      <input type="checkbox" className={checkbox} {...props} />
      <span>{label}</span>
    </label>
  );
}
