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
  // Ordinals are unique: what moves steps aside below all others first.
  for (const [index, [version]] of moved.entries()) {
    await tx.knownVersion.update({
      where: { ecuType_version: { ecuType, version } },
      data: { ordinal: -2_000_000_000 + index },
    });
  }
  for (const [version, ordinal] of moved) {
    await tx.knownVersion.update({ where: { ecuType_version: { ecuType, version } }, data: { ordinal } });
  }
  await tx.knownVersion.createMany({
    data: [...placement.changed]
      .filter(([version]) => !known.has(version))
      .map(([version, ordinal]) => ({ ecuType, version, ordinal, source })),
  });
}
