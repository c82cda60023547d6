import { cva, type VariantProps } from 'class-variance-authority';
import Link from 'next/link';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

export const buttonClass = cva(
  'inline-flex select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:opacity-55 [&_svg]:size-3.5 [&_svg]:shrink-0',
  {
    variants: {
      look: {
        primary: 'bg-accent text-accent-fg hover:not-disabled:bg-accent/88',
        default: 'border border-control/60 bg-surface text-fg hover:not-disabled:bg-raised',
        quiet: 'text-fg hover:not-disabled:bg-raised',
        danger: 'border border-failed/70 bg-surface text-failed hover:not-disabled:bg-failed/10',
      },
      size: { small: 'h-6 px-2 text-sm', medium: 'h-8 px-3', icon: 'size-8', 'small-icon': 'size-6' },
    },
    defaultVariants: { look: 'default', size: 'medium' },
  },
);

type Look = VariantProps<typeof buttonClass>;

/** A button; `look` says how much it weighs, never what it means. */
export function Button({
  look,
  size,
  className,
  type = 'button',
  ...props
}: ComponentProps<'button'> & Look) {
  return <button type={type} className={cn(buttonClass({ look, size }), className)} {...props} />;
}

/** A link that looks like a button. */
export function ButtonLink({ look, size, className, ...props }: ComponentProps<typeof Link> & Look) {
  return <Link className={cn(buttonClass({ look, size }), className)} {...props} />;
}
