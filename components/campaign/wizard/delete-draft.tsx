'use client';

import { useRouter } from 'next/navigation';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { deleteDraftAction } from '../../../app/(console)/campaigns/actions.ts';

type DeleteDraftProps = {
  campaignId: string;
  name: string;
  size?: 'small';
  /** Where the list stays open; else it leads to the campaigns. */
  onDone?(): void;
};

/** Deletes a campaign that never was more than a draft. */
export function DeleteDraft({ campaignId, name, size, onDone }: DeleteDraftProps) {
  const router = useRouter();
  return (
    <Confirm
      trigger={
        <Button look="quiet" size={size} aria-label={onDone && `Discard the draft ${name}`}>
          Discard draft
        </Button>
      }
      title={`Discard the draft “${name}”?`}
      action="Discard draft"
      danger
      onConfirm={async () => {
        const result = await deleteDraftAction({ campaignId });
        if (!result.ok) return result.error.message;
        if (onDone) onDone();
        else router.push('/campaigns');
        return undefined;
      }}
    >
      <p>It was never started, so no vehicle knows of it. The audit log keeps its definition.</p>
    </Confirm>
  );
}
