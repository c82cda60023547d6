import type { Prisma, PrismaClient, Release } from '#lib/db/generated/client.ts';
import { buildCatalog, type Catalog, type CatalogRelease } from '#lib/domain/catalog.ts';
import { ReleaseDefinition, ReleaseState, VersionScheme } from '#lib/domain/release.ts';
import type { VersionOrders } from '#lib/domain/version.ts';

type Reader = PrismaClient | Prisma.TransactionClient;

/** The author's part of a stored release, parsed. */
export function releaseDefinitionOf(row: Release): ReleaseDefinition {
  return ReleaseDefinition.parse(row);
}

/** A stored release as the rules see it. */
export function catalogReleaseOf(row: Release): CatalogRelease {
  return { ...releaseDefinitionOf(row), id: row.id, state: ReleaseState.parse(row.state) };
}

/** How versions are ordered, for every ECU type of the catalog. */
export async function loadVersionOrders(db: Reader): Promise<VersionOrders> {
  const types = await db.ecuType.findMany({ include: { knownVersions: true } });
  return new Map(
    types.map((type) => [
      type.name,
      {
        scheme: VersionScheme.parse(type.versionScheme),
        lineage: new Map(type.knownVersions.map(({ version, ordinal }) => [version, ordinal])),
      },
    ]),
  );
}

/** The whole catalog for the rules: orders of versions, and the releases of every state, oldest first. */
export async function loadCatalog(db: Reader): Promise<Catalog> {
  const orders = await loadVersionOrders(db);
  const rows = await db.release.findMany({ orderBy: [{ releaseCounter: 'asc' }, { id: 'asc' }] });
  return buildCatalog(orders, rows.map(catalogReleaseOf));
}
