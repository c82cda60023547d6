'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { Panel } from '#components/ui/panel.tsx';
import { Time } from '#components/ui/time.tsx';
import { DeleteDraft } from './wizard/delete-draft.tsx';

export type EarlierDraft = { id: string; name: string; updatedAt: string };

/** Drafts that one began before: to go on with, or to discard. */
export function EarlierDrafts({ drafts }: { drafts: EarlierDraft[] }) {
  const router = useRouter();
  if (drafts.length === 0) return null;
  return (
    <Panel title="Continue a draft of yours" flush>
      <ul>
        {drafts.map(({ id, name, updatedAt }) => (
          <li
            key={id}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line/70 border-b px-4 py-1 last:border-b-0"
          >
            <Link
              href={`/campaigns/${id}/edit`}
              className="min-w-0 flex-1 break-words font-medium text-accent hover:underline"
            >
              {name}
            </Link>
            <span className="text-muted text-sm">
              changed <Time at={updatedAt} />
            </span>
            <DeleteDraft campaignId={id} name={name} size="small" onDone={() => router.refresh()} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
