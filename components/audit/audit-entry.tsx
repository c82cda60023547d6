'use client';

import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { CopyText } from '#components/ui/mono.tsx';
import { Badge } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { AuditDiff } from './audit-diff.tsx';
import type { AuditPage } from './audit-screen.tsx';
import type { AuditUrl } from './audit-url.ts';
import { describeAction } from './describe-action.ts';

type AuditEntryProps = { row: AuditPage['rows'][number]; onNarrow(url: Partial<AuditUrl>): void };

/** One row of the log; opened, it shows what changed and its hash. */
export function AuditEntry({ row, onNarrow }: AuditEntryProps) {
  const [open, setOpen] = useState(false);
  return (
    <li className="border-line/70 border-b last:border-b-0" data-sequence={row.sequence}>
      <div className="flex items-start gap-2 px-3 py-1">
        <button
          type="button"
          aria-expanded={open}
          aria-label={`${open ? 'Hide' : 'Show'} details of row ${row.sequence}`}
          onClick={() => setOpen(!open)}
          className="grid size-6 shrink-0 place-items-center rounded-sm text-muted hover:bg-raised hover:text-fg"
        >
          <ChevronRight aria-hidden className={open ? 'size-3.5 rotate-90' : 'size-3.5'} />
        </button>
        <div className="flex min-h-6 min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="w-12 text-right font-mono text-muted text-sm">{row.sequence}</span>
          {row.actorId ? (
            <button
              type="button"
              onClick={() => onNarrow({ actor: row.actorId })}
              className="min-h-6 font-medium hover:underline"
            >
              {row.actorName}
            </button>
          ) : (
            <span className="font-medium">
              {row.actorName} <Badge>system</Badge>
            </span>
          )}
          <button
            type="button"
            title={row.action}
            onClick={() => onNarrow({ action: row.action })}
            className="min-h-6 text-left hover:underline"
          >
            {describeAction(row.action)}
          </button>
          <Subject row={row} />
          <span className="ml-auto shrink-0 text-muted text-sm">
            <Time at={row.at} />
          </span>
        </div>
      </div>
      {open && (
        <div className="grid gap-2 border-line/70 border-t bg-raised/40 px-4 py-3 pl-11">
          <AuditDiff before={row.before} after={row.after} />
          <p className="flex flex-wrap items-center gap-x-2 text-muted text-sm">
            <span>{row.action}</span>
            <span>SHA-256</span> <CopyText text={row.hash} label="hash" short={24} className="text-sm" />
          </p>
        </div>
      )}
    </li>
  );
}

const PAGES: Readonly<Record<string, (id: string) => string>> = {
  campaign: (id) => `/campaigns/${id}`,
  vehicle: (id) => `/fleet/${id}`,
  release: (id) => `/catalog/releases/${id}`,
  quarantine: () => '/quarantine',
  operator: () => '/settings',
  settings: () => '/settings/general',
  job: () => '/settings/jobs',
  alert_channel: () => '/settings/alerts',
};

function Subject({ row }: Pick<AuditEntryProps, 'row'>) {
  const href = PAGES[row.subjectType]?.(row.subjectId);
  const text = row.subjectId.length > 40 ? `${row.subjectId.slice(0, 18)}…` : row.subjectId;
  return (
    <span className="min-w-0 text-muted">
      {row.subjectType.replaceAll('_', ' ')}{' '}
      {href ? (
        <Link href={href} title={row.subjectId} className="break-all font-mono text-sm hover:underline">
          {text}
        </Link>
      ) : (
        <span title={row.subjectId} className="break-all font-mono text-sm">
          {text}
        </span>
      )}
    </span>
  );
}
