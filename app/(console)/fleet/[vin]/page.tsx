import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Page } from '#components/ui/panel.tsx';
import { VehicleScreen } from '#components/vehicle/vehicle-screen.tsx';
import { isPermitted } from '#lib/domain/permissions.ts';
import { pack } from '#lib/live/packed.ts';
import { readView } from '#lib/web/load-view.ts';
import { requirePermission } from '#lib/web/session.ts';

type Props = {
  params: Promise<{ vin: string }>;
  searchParams: Promise<{ from?: string | string[] }>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).vin) };
}

export default async function VehiclePage({ params, searchParams }: Props) {
  const context = await requirePermission('fleet.read');
  const vin = decodeURIComponent((await params).vin).slice(0, 64);
  const initial = await readView(context, 'vehicle', { vin });
  if (!initial) notFound();
  const { from } = await searchParams;
  const { role } = context.actor;
  return (
    <Page>
      <VehicleScreen
        key={vin}
        vin={vin}
        initial={pack(initial)}
        from={typeof from === 'string' ? from : ''}
        may={{
          edit: isPermitted(role, 'vehicle.edit'),
          retire: isPermitted(role, 'vehicle.retire'),
          rotate: isPermitted(role, 'vehicle.credential'),
          confirmTcu: isPermitted(role, 'vehicle.confirm_tcu'),
          confirmEcu: isPermitted(role, 'vehicle.confirm_ecu'),
          unblock: isPermitted(role, 'vehicle.unblock'),
          erase: isPermitted(role, 'vehicle.erase'),
          register: isPermitted(role, 'vehicle.register'),
          offer: isPermitted(role, 'campaign.write'),
        }}
      />
    </Page>
  );
}
