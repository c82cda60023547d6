import { randomUUID } from 'node:crypto';
import { ReleaseDefinition } from '#lib/domain/release.ts';
import { ConflictError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { lockEcuType } from './catalog-lineage.ts';
import { defineService } from './define-service.ts';

/** Adds a release to the catalog as a draft; an ECU type has each version once. */
export const createRelease = defineService({
  action: 'catalog.write',
  input: ReleaseDefinition,
  run: (ctx, definition) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const at = ctx.now();
      const id = randomUUID();
      await lockEcuType(tx, definition.ecuType);
      const created = await tx.release.createMany({
        data: [{ id, ...definition, createdAt: at, updatedAt: at, createdBy: ctx.actor.name }],
        skipDuplicates: true,
      });
      if (created.count === 0) {
        throw new ConflictError(`${definition.ecuType} ${definition.version} is in the catalog already.`);
      }
      await recordAudit(tx, {
        actor: ctx.actor,
        at,
        action: 'catalog.create_release',
        subject: { type: 'release', id },
        after: definition,
      });
      await announceChange(tx, 'catalog');
      return { id };
    }),
});
