import { CampaignList } from '#components/campaign/campaign-list.tsx';
import { loadCampaignListUrl, queryOfList, selectionOfList } from '#components/campaign/list-url.ts';
import { Page } from '#components/ui/panel.tsx';
import { type Action, isPermitted } from '#lib/domain/permissions.ts';
import { listCampaigns } from '#lib/services/list-campaigns.ts';
import { listViews } from '#lib/services/list-views.ts';
import { loadView } from '#lib/web/load-view.ts';
import { toPlain } from '#lib/web/plain.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata = { title: 'Campaigns' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function CampaignsPage({ searchParams }: Props) {
  const context = await requirePermission('campaign.read');
  const url = await loadCampaignListUrl(searchParams);
  const [page, facets, views] = await Promise.all([
    listCampaigns(context, queryOfList(url)),
    loadView(context, 'campaign-facets', selectionOfList(url)),
    listViews(context, { page: 'campaigns' }),
  ]);
  const may = (action: Action) => isPermitted(context.actor.role, action);
  return (
    <Page>
      <CampaignList
        initial={{ url, page: toPlain(page), facets }}
        views={views.map(({ id, name, query, shared, ownerName, own }) => ({
          id,
          name,
          query,
          shared,
          ownerName,
          own,
        }))}
        can={{
          write: may('campaign.write'),
          pause: may('campaign.pause'),
          resume: may('campaign.resume'),
          abort: may('campaign.abort'),
        }}
      />
    </Page>
  );
}
