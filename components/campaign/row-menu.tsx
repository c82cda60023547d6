'use client';

import { EllipsisVertical } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { toast } from 'sonner';
import { Button } from '#components/ui/button.tsx';
import { Menu, MenuItem, MenuLink } from '#components/ui/menu.tsx';
import { duplicateCampaignAction } from '../../app/(console)/campaigns/actions.ts';
import { type CampaignListRow, campaignHref } from './campaign-table.tsx';

/** What can be done with one campaign from the list. */
export function RowMenu({ row }: { row: CampaignListRow }) {
  const router = useRouter();
  const duplicate = async () => {
    const result = await duplicateCampaignAction({ campaignId: row.id }).catch(() => undefined);
    if (result?.ok) router.push(`/campaigns/${result.data.campaignId}/edit`);
    else toast.error(result?.error.message ?? 'The server did not answer; nothing was duplicated.');
  };
  return (
    <Menu
      trigger={
        <Button look="quiet" size="small-icon" aria-label={`Actions for ${row.name}`}>
          <EllipsisVertical />
        </Button>
      }
    >
      <MenuLink href={campaignHref(row)}>{row.state === 'draft' ? 'Go on editing' : 'Open'}</MenuLink>
      <MenuItem onSelect={() => void duplicate()}>Duplicate</MenuItem>
    </Menu>
  );
}
