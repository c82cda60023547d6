import { z } from 'zod';
import { Sha256 } from '#lib/protocol/primitives.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';

/** Enters a file into the catalog that the artifact store holds already; the same file again is the same row. */
export const recordArtifact = defineService({
  action: 'catalog.write',
  input: z.object({
    sha256: Sha256,
    length: z.int().min(0),
    fileName: z.string().trim().min(1).max(255),
    storeKey: z.string().min(1).max(500),
  }),
  run: (ctx, { length, ...artifact }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const at = ctx.now();
      const created = await tx.artifact.createMany({
        data: [{ ...artifact, length: BigInt(length), uploadedAt: at, uploadedBy: ctx.actor.name }],
        skipDuplicates: true,
      });
      if (created.count > 0) {
        await recordAudit(tx, {
          actor: ctx.actor,
          at,
          action: 'catalog.upload',
          subject: { type: 'artifact', id: artifact.sha256 },
          after: { ...artifact, length },
        });
        await announceChange(tx, 'catalog');
      }
      return { sha256: artifact.sha256, created: created.count > 0 };
    }),
});
