'use client';

import { EllipsisVertical } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import { Menu, MenuItem, MenuLink } from '#components/ui/menu.tsx';
import { ErrorNote } from '#components/ui/notes.tsx';
import { deleteDraftAction, duplicateCampaignAction } from '../../app/(console)/campaigns/actions.ts';
import { campaignHref } from './campaign-table.tsx';
import type { CampaignListRow } from './use-campaigns.ts';

/** True of a campaign that never was more than a draft: only such a one can be discarded. */
export function isMereDraft({ state, startedAt }: Pick<CampaignListRow, 'state' | 'startedAt'>): boolean {
  return state === 'draft' && startedAt === null;
}

/** What can be done with one campaign from the list. */
export function RowMenu({ row, mayWrite }: { row: CampaignListRow; mayWrite: boolean }) {
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState<string>();
  const duplicate = async () => {
    const result = await duplicateCampaignAction({ campaignId: row.id }).catch(() => undefined);
    if (result?.ok) router.push(`/campaigns/${result.data.campaignId}/edit`);
    else setError(result?.error.message ?? 'The server did not answer; nothing was duplicated.');
  };
  const discard = async () => {
    const result = await deleteDraftAction({ campaignId: row.id }).catch(() => undefined);
    if (result?.ok) setAsking(false);
    else
      setError(result?.error.message ?? 'The server did not answer; look at the list before trying again.');
  };
  const change = (open: boolean) => {
    if (open) return;
    setAsking(false);
    setError(undefined);
  };
  return (
    <>
      <Menu
        trigger={
          <Button look="quiet" size="small-icon" aria-label={`Actions for ${row.name}`}>
            <EllipsisVertical />
          </Button>
        }
      >
        <MenuLink href={campaignHref(row)}>{row.state === 'draft' ? 'Go on editing' : 'Open'}</MenuLink>
        {mayWrite && <MenuItem onSelect={() => void duplicate()}>Duplicate</MenuItem>}
        {mayWrite && isMereDraft(row) && (
          <MenuItem danger onSelect={() => setAsking(true)}>
            Discard draft …
          </MenuItem>
        )}
      </Menu>
      <Dialog
        title={asking ? `Discard the draft “${row.name}”?` : 'This did not work'}
        open={asking || error !== undefined}
        onOpenChange={change}
      >
        {asking && (
          <p className="text-muted">
            It was never started, so no vehicle knows of it. The audit log keeps its definition.
          </p>
        )}
        {error && <ErrorNote className="mt-3">{error}</ErrorNote>}
        <DialogActions>
          <Button onClick={() => change(false)}>{asking ? 'Cancel' : 'Close'}</Button>
          {asking && (
            <Button look="danger" onClick={() => void discard()}>
              Discard draft
            </Button>
          )}
        </DialogActions>
      </Dialog>
    </>
  );
}
