import { CatalogHome } from '#components/catalog/catalog-home.tsx';
import { isPermitted } from '#lib/domain/permissions.ts';
import { loadView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata = { title: 'Catalog' };

export default async function CatalogPage() {
  const context = await requirePermission('catalog.read');
  const initial = await loadView(context, 'catalog', {});
  return <CatalogHome initial={initial} canWrite={isPermitted(context.actor.role, 'catalog.write')} />;
}
