import { z } from 'zod';
import { ReleaseDefinition } from '#lib/domain/release.ts';
import { ConflictError, NotFoundError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';
import { releaseDefinitionOf } from './load-catalog.ts';

/** Replaces the definition of a draft, if it still is at `revision`; ECU type and version included. */
export const editRelease = defineService({
  action: 'catalog.write',
  input: z.object({ id: z.string().min(1), revision: z.int().min(1), definition: ReleaseDefinition }),
  run: (ctx, { id, revision, definition }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const before = await tx.release.findUnique({ where: { id } });
      if (!before) throw new NotFoundError('There is no such release.', { id });
      const twin = await tx.release.findFirst({
        where: { ecuType: definition.ecuType, version: definition.version, id: { not: id } },
        select: { id: true },
      });
      if (twin)
        throw new ConflictError(`${definition.ecuType} ${definition.version} is in the catalog already.`);
      const edited = await tx.release.updateMany({
        where: { id, revision, state: 'draft' },
        data: { ...definition, revision: { increment: 1 }, updatedAt: ctx.now() },
      });
      if (edited.count === 0) {
        throw new ConflictError('The release was changed by someone else, or is no draft any more.', { id });
      }
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'catalog.edit_release',
        subject: { type: 'release', id },
        before: releaseDefinitionOf(before),
        after: definition,
      });
      await announceChange(tx, 'catalog');
      return { id, revision: revision + 1 };
    }),
});
