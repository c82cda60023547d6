import type { Database } from '#lib/db/client.ts';

export type Found = {
  kind: 'vehicle' | 'campaign' | 'release';
  id: string;
  title: string;
  detail: string;
  href: string;
};

const EACH = 6;

/** Vehicles by the first characters of their VIN, campaigns by name, releases by ECU type or version. */
export async function search({ prisma }: Pick<Database, 'prisma'>, text: string): Promise<Found[]> {
  const term = text.trim().slice(0, 100);
  if (term.length < 2) return [];
  const contains = { contains: term, mode: 'insensitive' as const };
  const [vehicles, campaigns, releases] = await Promise.all([
    prisma.vehicle.findMany({
      where: { vin: { startsWith: term.toUpperCase() } },
      orderBy: { vin: 'asc' },
      take: EACH,
      select: { vin: true, model: true, region: true },
    }),
    prisma.campaign.findMany({
      where: { name: contains },
      orderBy: { createdAt: 'desc' },
      take: EACH,
      select: { id: true, name: true, state: true },
    }),
    prisma.release.findMany({
      where: { OR: [{ ecuType: contains }, { version: contains }] },
      orderBy: { createdAt: 'desc' },
      take: EACH,
      select: { id: true, ecuType: true, version: true, state: true },
    }),
  ]);
  return [
    ...vehicles.map(({ vin, model, region }) => {
      return {
        kind: 'vehicle' as const,
        id: vin,
        title: vin,
        detail: `${model}, ${region}`,
        href: `/fleet/${vin}`,
      };
    }),
    ...campaigns.map(({ id, name, state }) => {
      return {
        kind: 'campaign' as const,
        id,
        title: name,
        detail: state.replaceAll('_', ' '),
        href: `/campaigns/${id}`,
      };
    }),
    ...releases.map(({ id, ecuType, version, state }) => {
      return {
        kind: 'release' as const,
        id,
        title: `${ecuType} ${version}`,
        detail: state,
        href: `/catalog/releases/${id}`,
      };
    }),
  ];
}
