import Link from 'next/link';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

type StatProps = { label: string; value: ReactNode; detail?: ReactNode; href?: string; className?: string };

/** One figure with its name; a link to what it counts. */
export function Stat({ label, value, detail, href, className }: StatProps) {
  const content = (
    <>
      <span className="text-muted">{label}</span>
      <span className="font-semibold text-xl">{value}</span>
      {detail && <span className="text-muted text-sm">{detail}</span>}
    </>
  );
  const look = cn(
    'grid min-w-0 content-start gap-0.5 rounded-md border border-line bg-surface px-4 py-3',
    className,
  );
  if (!href) return <div className={look}>{content}</div>;
  return (
    <Link href={href} className={cn(look, 'transition-colors hover:border-control')}>
      {content}
    </Link>
  );
}
