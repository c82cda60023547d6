import type { Metadata } from 'next';
import { FleetScreen } from '#components/fleet/fleet-screen.tsx';
import { loadFleetUrl, readFilter } from '#components/fleet/fleet-url.ts';
import { Page } from '#components/ui/panel.tsx';
import { isPermitted } from '#lib/domain/permissions.ts';
import { pack } from '#lib/live/packed.ts';
import { listVehicles } from '#lib/services/list-vehicles.ts';
import { listViews } from '#lib/services/list-views.ts';
import { readView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';
import { fleetQueryOf } from '../../api/fleet/fleet-query.ts';

export const metadata: Metadata = { title: 'Fleet' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function FleetPage({ searchParams }: Props) {
  const context = await requirePermission('fleet.read');
  const url = await loadFleetUrl(searchParams);
  const { filter, errors } = readFilter(url.q);
  const selection = { filter, retired: url.retired, ...(url.attention ? { attention: url.attention } : {}) };
  const [page, facets, views] = await Promise.all([
    errors.length > 0
      ? { rows: [], next: null }
      : listVehicles(context, { ...fleetQueryOf(url), limit: 100 }),
    readView(context, 'fleet-facets', { ...selection, ecuType: url.ecu || undefined }),
    listViews(context, { page: 'fleet' }),
  ]);
  return (
    <Page>
      <FleetScreen
        initial={pack({ url, page, facets })}
        views={views.map(({ id, name, query, shared, ownerName, own }) => ({
          id,
          name,
          query,
          shared,
          ownerName,
          own,
        }))}
        reader={{ id: context.actor.id, mayRegister: isPermitted(context.actor.role, 'vehicle.register') }}
        mayTag={isPermitted(context.actor.role, 'vehicle.edit')}
      />
    </Page>
  );
}
