import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { TONE_GLYPH, TONE_TEXT, type Tone } from './tones.ts';

type NoteProps = { children: ReactNode; className?: string };

/** A sentence with a state's colour at its edge. */
export function Note({
  tone,
  children,
  className,
  role,
}: NoteProps & { tone: Tone; role?: 'alert' | 'status' }) {
  return (
    <div
      role={role}
      className={cn('flex gap-2 rounded-md border border-line bg-surface px-3 py-2', className)}
    >
      <span aria-hidden className={cn('font-mono', TONE_TEXT[tone])}>
        {TONE_GLYPH[tone]}
      </span>
      <div className="min-w-0">{children}</div>
    </div>
  );
}

/** What failed, said where it happened. */
export function ErrorNote({ children, className }: NoteProps) {
  return (
    <Note tone="failed" role="alert" className={cn('border-failed/60', className)}>
      {children}
    </Note>
  );
}

type EmptyStateProps = { title: string; children?: ReactNode; action?: ReactNode; asHeading?: boolean };

/** Why there is nothing here, and what to do; `asHeading` where it is the page's only content. */
export function EmptyState({ title, children, action, asHeading = false }: EmptyStateProps) {
  const Title = asHeading ? 'h1' : 'p';
  return (
    <div className="grid place-items-center gap-2 px-4 py-12 text-center">
      <Title className="font-semibold text-lg">{title}</Title>
      {children && <div className="max-w-prose text-muted">{children}</div>}
      {action && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
