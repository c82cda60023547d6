import { z } from 'zod';
import { ConflictError, NotFoundError } from '#lib/errors.ts';
import { Sha256 } from '#lib/protocol/primitives.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';

/** Attaches an uploaded file to a draft, in place of the one it had. */
export const attachArtifact = defineService({
  action: 'catalog.write',
  input: z.object({ id: z.string().min(1), sha256: Sha256 }),
  run: (ctx, { id, sha256 }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const artifact = await tx.artifact.findUnique({ where: { sha256 } });
      if (!artifact) throw new NotFoundError('There is no uploaded file with this SHA-256.', { sha256 });
      const before = await tx.release.findUnique({ where: { id }, select: { artifactSha256: true } });
      const attached = await tx.release.updateMany({
        where: { id, state: 'draft' },
        data: { artifactSha256: sha256, revision: { increment: 1 }, updatedAt: ctx.now() },
      });
      if (attached.count === 0) throw new ConflictError('Only a draft can be given another file.', { id });
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'catalog.attach_artifact',
        subject: { type: 'release', id },
        before,
        after: { artifactSha256: sha256, length: artifact.length, fileName: artifact.fileName },
      });
      await announceChange(tx, 'catalog');
      return { id, sha256, length: Number(artifact.length) };
    }),
});
