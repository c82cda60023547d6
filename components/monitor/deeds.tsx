'use client';

import Link from 'next/link';
import { describeAction } from '#components/audit/describe-action.ts';
import { useLiveView } from '#components/live/live-provider.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Time } from '#components/ui/time.tsx';
import type { ViewValue } from '#lib/live/views.ts';

type DeedsData = ViewValue<'audit'>;

/** Who did what to this campaign. */
export function Deeds({ campaignId, initial }: { campaignId: string; initial: DeedsData }) {
  const { data } = useLiveView('audit', { subjectType: 'campaign', subjectId: campaignId }, initial);
  return (
    <Panel
      title="Who did what"
      flush
      actions={
        <Link
          prefetch={false}
          href={`/audit?subject=campaign&id=${campaignId}`}
          data-print="hide"
          className="text-accent text-sm hover:underline"
        >
          Open in the audit log
        </Link>
      }
    >
      {data.rows.length === 0 ? (
        <p className="px-4 py-6 text-muted">Nobody has changed it yet.</p>
      ) : (
        <ol>
          {data.rows.map((row) => (
            <li
              key={row.sequence}
              className="flex flex-wrap items-baseline gap-x-2 border-line/70 border-b px-4 py-1.5 last:border-b-0"
            >
              <span className="font-medium">{row.actorName}</span>
              <span className="min-w-0 break-words">{describeAction(row.action)}</span>
              <Comment after={row.after} />
              <span className="ml-auto text-muted text-sm">
                <Time at={row.at} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

function Comment({ after }: { after: unknown }) {
  const comment: unknown = Reflect.get(Object(after), 'comment');
  return typeof comment === 'string' && comment !== '' ? (
    <span className="min-w-0 break-words text-muted">“{comment}”</span>
  ) : null;
}
