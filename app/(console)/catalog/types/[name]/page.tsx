import { notFound } from 'next/navigation';
import { EcuTypePage } from '#components/catalog/ecu-type-page.tsx';
import { isPermitted } from '#lib/domain/permissions.ts';
import { loadView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';

type Props = { params: Promise<{ name: string }> };

export async function generateMetadata({ params }: Props) {
  return { title: decodeURIComponent((await params).name) };
}

export default async function EcuTypeRoute({ params }: Props) {
  const context = await requirePermission('catalog.read');
  const name = decodeURIComponent((await params).name);
  const [initial, course] = await Promise.all([
    loadView(context, 'ecu-type', { name }),
    loadView(context, 'version-course', { ecuType: name }),
  ]);
  if (!initial.type) notFound();
  return (
    <EcuTypePage
      name={name}
      initial={initial}
      course={course}
      canWrite={isPermitted(context.actor.role, 'catalog.write')}
    />
  );
}
