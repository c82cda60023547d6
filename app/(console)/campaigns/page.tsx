import { CampaignList } from '#components/campaign/campaign-list.tsx';
import { listParams, loadCampaignListUrl } from '#components/campaign/list-url.ts';
import { Page } from '#components/ui/panel.tsx';
import { isPermitted } from '#lib/domain/permissions.ts';
import { listViews } from '#lib/services/list-views.ts';
import { loadView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata = { title: 'Campaigns' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function CampaignsPage({ searchParams }: Props) {
  const context = await requirePermission('campaign.read');
  const url = await loadCampaignListUrl(searchParams);
  const [initial, views] = await Promise.all([
    loadView(context, 'campaign-list', listParams(url, 100)),
    listViews(context, { page: 'campaigns' }),
  ]);
  const { role } = context.actor;
  return (
    <Page>
      <CampaignList
        initial={initial}
        views={views.map(({ id, name, query, shared, ownerName, own }) => ({
          id,
          name,
          query,
          shared,
          ownerName,
          own,
        }))}
        can={{
          write: isPermitted(role, 'campaign.write'),
          pause: isPermitted(role, 'campaign.pause'),
          abort: isPermitted(role, 'campaign.abort'),
        }}
      />
    </Page>
  );
}
