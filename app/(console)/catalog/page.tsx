import { CatalogHome } from '#components/catalog/catalog-home.tsx';
import { loadReleaseUrl, releaseQueryOf } from '#components/catalog/release-url.ts';
import { isPermitted } from '#lib/domain/permissions.ts';
import { loadView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata = { title: 'Catalog' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function CatalogPage({ searchParams }: Props) {
  const context = await requirePermission('catalog.read');
  const url = await loadReleaseUrl(searchParams);
  const [initial, releases] = await Promise.all([
    loadView(context, 'catalog', { ids: [] }),
    loadView(context, 'release-list', releaseQueryOf(url)),
  ]);
  return (
    <CatalogHome
      initial={initial}
      initialUrl={url}
      initialReleases={releases}
      canWrite={isPermitted(context.actor.role, 'catalog.write')}
    />
  );
}
