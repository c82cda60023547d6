import type { ReactNode } from 'react';
import { cn } from './cn.ts';

type PanelProps = {
  /** Where a link to this part of the page leads. */
  id?: string;
  title?: string;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
  flush?: boolean;
};

/** A bordered part of a page with its heading; `flush` for tables that reach the border. */
export function Panel({ id, title, actions, children, className, flush = false }: PanelProps) {
  return (
    <section
      id={id}
      aria-label={title}
      className={cn('min-w-0 scroll-mt-24 rounded-md border border-line bg-surface', className)}
    >
      {title && (
        <div className="flex min-h-10 flex-wrap items-center justify-between gap-2 border-line border-b px-4 py-1.5">
          <h2 className="font-semibold">{title}</h2>
          {actions}
        </div>
      )}
      <div className={flush ? undefined : 'p-4'}>{children}</div>
    </section>
  );
}

/** The head of a page: its name, a sentence, its actions. */
export function PageHeader({
  title,
  children,
  actions,
}: {
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div className="grid min-w-0 gap-0.5">
        <h1 className="min-w-0 break-words font-semibold text-xl">{title}</h1>
        {children && <div className="text-muted">{children}</div>}
      </div>
      {actions && (
        <div data-print="hide" className="flex flex-wrap gap-2">
          {actions}
        </div>
      )}
    </header>
  );
}

/** The frame of every page's content. */
export function Page({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div className={cn('mx-auto grid w-full max-w-[1680px] content-start gap-4 p-4 lg:p-6', className)}>
      {children}
    </div>
  );
}
