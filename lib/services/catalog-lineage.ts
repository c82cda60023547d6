import type { Prisma } from '#lib/db/generated/client.ts';
import { type LineagePosition, placeInLineage } from '#lib/domain/lineage.ts';
import { ConflictError, NotFoundError } from '#lib/errors.ts';

/** Locks an ECU type, so that changes of its lineage and its release counters follow one another. */
export async function lockEcuType(tx: Prisma.TransactionClient, name: string): Promise<void> {
  const rows = await tx.$queryRaw<unknown[]>`SELECT 1 FROM ecu_types WHERE name = ${name} FOR UPDATE`;
  if (rows.length === 0) throw new NotFoundError(`There is no ECU type ${name}.`, { ecuType: name });
}

/** Places versions into the stored lineage of a locked ECU type; known ones are a `ConflictError`. */
export async function addToLineage(
  tx: Prisma.TransactionClient,
  ecuType: string,
  versions: readonly string[],
  position: LineagePosition,
  source: 'baseline' | 'release',
): Promise<void> {
  const rows = await tx.knownVersion.findMany({ where: { ecuType } });
  const known = new Map(rows.map(({ version, ordinal }) => [version, ordinal]));
  const placement = placeInLineage(known, versions, position);
  if (placement.kind === 'already_known') {
    throw new ConflictError(`${ecuType} knows ${placement.versions.join(', ')} already.`, {
      versions: placement.versions,
    });
  }
  if (placement.kind === 'unknown_position') {
    throw new NotFoundError(`${ecuType} does not know the version ${placement.version}.`, {
      version: placement.version,
    });
  }
  const moved = [...placement.changed].filter(([version]) => known.has(version));
  if (moved.length > 0) {
    const versions = moved.map(([version]) => version);
    const ordinals = moved.map(([, ordinal]) => ordinal);
    // Ordinals are unique at every moment: what moves steps aside, far below all others, first.
    await tx.$executeRaw`
      UPDATE known_versions k SET ordinal = -2000000000 + m.place::int
      FROM unnest(${versions}::text[]) WITH ORDINALITY AS m (version, place)
      WHERE k.ecu_type = ${ecuType} AND k.version = m.version`;
    await tx.$executeRaw`
      UPDATE known_versions k SET ordinal = m.ordinal
      FROM unnest(${versions}::text[], ${ordinals}::int[]) AS m (version, ordinal)
      WHERE k.ecu_type = ${ecuType} AND k.version = m.version`;
  }
  await tx.knownVersion.createMany({
    data: [...placement.changed]
      .filter(([version]) => !known.has(version))
      .map(([version, ordinal]) => ({ ecuType, version, ordinal, source })),
  });
}
