import { notFound } from 'next/navigation';
import { ReleasePage } from '#components/catalog/release-page.tsx';
import { isPermitted } from '#lib/domain/permissions.ts';
import { loadView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props) {
  const release = await loadView(await requirePermission('catalog.read'), 'release', await params);
  return { title: release ? `${release.ecuType} ${release.version}` : 'Release' };
}

export default async function ReleaseRoute({ params }: Props) {
  const context = await requirePermission('catalog.read');
  const { id } = await params;
  const [initial, catalog] = await Promise.all([
    loadView(context, 'release', { id }),
    loadView(context, 'catalog', { ids: [] }),
  ]);
  if (!initial) notFound();
  const { role } = context.actor;
  return (
    <ReleasePage
      initial={initial}
      types={catalog.types}
      releases={catalog.releases}
      can={{
        write: isPermitted(role, 'catalog.write'),
        release: isPermitted(role, 'catalog.release'),
        withdraw: isPermitted(role, 'catalog.withdraw'),
      }}
    />
  );
}
