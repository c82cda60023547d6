import { z } from 'zod';
import { EcuTypeName, VersionScheme } from '#lib/domain/release.ts';
import { ConflictError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';

/** Adds an ECU type and says how its versions are ordered; both are fixed from then on. */
export const createEcuType = defineService({
  action: 'catalog.write',
  input: z.object({
    name: EcuTypeName,
    versionScheme: VersionScheme,
    description: z.string().trim().max(2000).default(''),
  }),
  run: (ctx, input) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const at = ctx.now();
      const created = await tx.ecuType.createMany({
        data: [{ ...input, createdAt: at }],
        skipDuplicates: true,
      });
      if (created.count === 0) throw new ConflictError(`There is an ECU type ${input.name} already.`, input);
      await recordAudit(tx, {
        actor: ctx.actor,
        at,
        action: 'catalog.create_ecu_type',
        subject: { type: 'ecu_type', id: input.name },
        after: input,
      });
      await announceChange(tx, 'catalog');
      return { name: input.name };
    }),
});
