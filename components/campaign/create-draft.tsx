'use client';

import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/notes.tsx';
import { PageSkeleton } from '#components/ui/skeleton.tsx';
import type { TargetFilter } from '#lib/domain/target-filter.ts';
import { createCampaignAction } from '../../app/(console)/campaigns/actions.ts';

type Props = { releaseIds: string[]; target: TargetFilter };

/** Makes a draft and opens it; by a request of its own, so that looking at a link never makes one. */
export function CreateDraft({ releaseIds, target }: Props) {
  const router = useRouter();
  const begun = useRef(false);
  const [error, setError] = useState<string>();
  const create = useCallback(async () => {
    setError(undefined);
    const result = await createCampaignAction({ releaseIds, target }).catch(() => undefined);
    if (result?.ok) router.replace(`/campaigns/${result.data.campaignId}/edit`);
    else setError(result?.error.message ?? 'The server did not answer.');
  }, [releaseIds, target, router]);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    void create();
  }, [create]);
  if (error === undefined) return <PageSkeleton rows={6} />;
  return (
    <EmptyState
      title="The draft could not be made"
      action={
        <Button look="primary" onClick={() => void create()}>
          Try again
        </Button>
      }
    >
      {error}
    </EmptyState>
  );
}
