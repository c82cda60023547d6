import { NewRelease } from '#components/catalog/new-release.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/notes.tsx';
import { Page, PageHeader } from '#components/ui/panel.tsx';
import { loadView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata = { title: 'New release' };

type Props = { searchParams: Promise<{ ecuType?: string }> };

export default async function NewReleasePage({ searchParams }: Props) {
  const context = await requirePermission('catalog.write');
  const { types, releases } = await loadView(context, 'catalog', { ids: [] });
  const { ecuType } = await searchParams;
  return (
    <Page className="mx-0 max-w-[980px]">
      <PageHeader title="New release">
        A draft first: describe it, upload its file on the next page, then release it.
      </PageHeader>
      {types.length === 0 ? (
        <EmptyState
          title="There is no ECU type yet"
          action={<ButtonLink href="/catalog">Open the catalog</ButtonLink>}
        >
          A release belongs to an ECU type, which says how its versions are ordered.
        </EmptyState>
      ) : (
        <NewRelease types={types} releases={releases} {...(ecuType ? { ecuType } : {})} />
      )}
    </Page>
  );
}
