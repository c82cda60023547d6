import { z } from 'zod';
import { describeCycle, findDependencyCycle } from '#lib/domain/dependencies.ts';
import { ConflictError, NotFoundError, ValidationError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { addToLineage } from './catalog-lineage.ts';
import { defineService } from './define-service.ts';
import { catalogReleaseOf, loadCatalog } from './load-catalog.ts';

/**
 * Releases a draft at the revision that was seen: it needs a file and must close no cycle of dependencies. It
 * becomes the newest of its lineage (unless it was declared as a baseline) and is given the next release
 * counter of its ECU type.
 */
export const releaseRelease = defineService({
  action: 'catalog.release',
  input: z.object({ id: z.string().min(1), revision: z.int().min(1).optional() }),
  run: (ctx, { id, revision }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const at = ctx.now();
      const draft = await tx.release.findUnique({ where: { id } });
      if (!draft) throw new NotFoundError('There is no such release.', { id });
      // Releases follow one another, so that no two of them close a cycle together.
      await tx.$executeRaw`SELECT 1 FROM ecu_types ORDER BY name FOR UPDATE`;
      if (draft.artifactSha256 === null) {
        throw new ValidationError(`${draft.ecuType} ${draft.version} has no file yet; upload one first.`);
      }
      const cycle = findDependencyCycle(await loadCatalog(tx), catalogReleaseOf(draft));
      if (cycle) {
        throw new ValidationError(
          `It cannot be released, because it closes a cycle: ${describeCycle(cycle)}`,
          { cycle: cycle.map(({ ecuType, version }) => ({ ecuType, version })) },
          'dependency_cycle',
        );
      }
      const highest = await tx.release.aggregate({
        where: { ecuType: draft.ecuType },
        _max: { releaseCounter: true },
      });
      const releaseCounter = (highest._max.releaseCounter ?? 0) + 1;
      const released = await tx.release.updateMany({
        where: { id, state: 'draft', revision: revision ?? draft.revision },
        data: { state: 'released', releasedAt: at, updatedAt: at, releaseCounter },
      });
      if (released.count === 0) {
        throw new ConflictError('The release was changed by someone else, or is no draft any more.', { id });
      }
      const key = { ecuType: draft.ecuType, version: draft.version };
      const known = await tx.knownVersion.findUnique({ where: { ecuType_version: key } });
      if (!known) await addToLineage(tx, draft.ecuType, [draft.version], { kind: 'newest' }, 'release');
      await recordAudit(tx, {
        actor: ctx.actor,
        at,
        action: 'catalog.release',
        subject: { type: 'release', id },
        before: { state: 'draft' },
        after: { ...key, state: 'released', releaseCounter, artifactSha256: draft.artifactSha256 },
      });
      await announceChange(tx, 'catalog');
      return { id, releaseCounter };
    }),
});
