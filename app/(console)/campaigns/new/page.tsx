import { CreateDraft } from '#components/campaign/create-draft.tsx';
import { readFilter } from '#components/fleet/fleet-url.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata = { title: 'New campaign' };

type Props = { searchParams: Promise<{ release?: string | string[]; q?: string }> };

export default async function NewCampaignPage({ searchParams }: Props) {
  await requirePermission('campaign.write');
  const { release, q } = await searchParams;
  const releaseIds = release === undefined ? [] : [release].flat();
  return <CreateDraft releaseIds={releaseIds} target={readFilter(q ?? '').filter} />;
}
