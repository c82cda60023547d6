'use client';

import { useRouter } from 'next/navigation';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { deleteDraftAction } from '../../../app/(console)/campaigns/actions.ts';

/** Deletes a campaign that never was more than a draft. */
export function DeleteDraft({ campaignId, name }: { campaignId: string; name: string }) {
  const router = useRouter();
  return (
    <Confirm
      trigger={<Button look="quiet">Delete draft</Button>}
      title={`Delete the draft “${name}”?`}
      action="Delete draft"
      danger
      onConfirm={async () => {
        const result = await deleteDraftAction({ campaignId });
        if (!result.ok) return result.error.message;
        router.push('/campaigns');
        return undefined;
      }}
    >
      <p>It was never started, so no vehicle knows of it. The audit log keeps its definition.</p>
    </Confirm>
  );
}
