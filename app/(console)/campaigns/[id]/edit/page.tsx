import { notFound } from 'next/navigation';
import { savedFiltersOf } from '#components/campaign/saved-filters.ts';
import { Wizard } from '#components/campaign/wizard/wizard.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/notes.tsx';
import { possibleIn } from '#lib/domain/campaign.ts';
import { isPermitted } from '#lib/domain/permissions.ts';
import { listViews } from '#lib/services/list-views.ts';
import { loadView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata = { title: 'Edit campaign' };

type Props = { params: Promise<{ id: string }> };

export default async function EditCampaignPage({ params }: Props) {
  const context = await requirePermission('campaign.write');
  const { id } = await params;
  const [initial, views] = await Promise.all([
    loadView(context, 'campaign-draft', { id }),
    listViews(context, { page: 'fleet' }),
  ]);
  if (!initial) notFound();
  if (!possibleIn('edit').includes(initial.state)) {
    return (
      <EmptyState
        title={`“${initial.name}” cannot be edited any more`}
        action={<ButtonLink href={`/campaigns/${id}`}>Open the campaign</ButtonLink>}
      >
        It is {initial.state}. Duplicate it to use its definition again.
      </EmptyState>
    );
  }
  const catalog = await loadView(context, 'catalog', { ids: initial.definition.releaseIds });
  return (
    <Wizard
      key={initial.id}
      initial={initial}
      catalog={catalog}
      savedFilters={savedFiltersOf(views)}
      canStart={isPermitted(context.actor.role, 'campaign.start')}
    />
  );
}
