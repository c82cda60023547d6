import { NewCampaign } from '#components/campaign/new-campaign.tsx';
import { savedFiltersOf } from '#components/campaign/saved-filters.ts';
import { readFilter } from '#components/fleet/fleet-url.ts';
import { isPermitted } from '#lib/domain/permissions.ts';
import { ReleaseId } from '#lib/live/views/catalog.ts';
import { listOwnDrafts } from '#lib/services/list-own-drafts.ts';
import { listViews } from '#lib/services/list-views.ts';
import { loadView } from '#lib/web/load-view.ts';
import { toPlain } from '#lib/web/plain.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata = { title: 'New campaign' };

/** More releases than one campaign installs. */
const MOST_ASKED = 100;

type Props = { searchParams: Promise<{ release?: string | string[]; q?: string }> };

export default async function NewCampaignPage({ searchParams }: Props) {
  const context = await requirePermission('campaign.write');
  const { release, q } = await searchParams;
  const asked = [release ?? []]
    .flat()
    .filter((id) => ReleaseId.safeParse(id).success)
    .slice(0, MOST_ASKED);
  const [catalog, views, drafts] = await Promise.all([
    loadView(context, 'catalog', { ids: asked }),
    listViews(context, { page: 'fleet' }),
    listOwnDrafts(context, {}),
  ]);
  const known = new Set(catalog.releases.map(({ id }) => id));
  return (
    <NewCampaign
      releaseIds={asked.filter((id) => known.has(id))}
      target={readFilter(q ?? '').filter}
      drafts={toPlain(drafts)}
      catalog={catalog}
      savedFilters={savedFiltersOf(views)}
      canStart={isPermitted(context.actor.role, 'campaign.start')}
    />
  );
}
