import { z } from 'zod';
import { EcuTypeName } from '#lib/domain/release.ts';
import { VersionText } from '#lib/protocol/version-text.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { addToLineage, lockEcuType } from './catalog-lineage.ts';
import { defineService } from './define-service.ts';

const Position = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('newest') }),
  z.object({ kind: z.literal('oldest') }),
  z.object({ kind: z.literal('after'), version: VersionText }),
]);

/**
 * Declares versions that vehicles left the factory with, oldest first, so that an ECU type's lineage knows
 * them. They go before all known versions unless said otherwise; the order of known ones never changes.
 */
export const declareBaselines = defineService({
  action: 'catalog.write',
  input: z.object({
    ecuType: EcuTypeName,
    versions: z.array(VersionText).min(1).max(500),
    position: Position.default({ kind: 'oldest' }),
  }),
  run: (ctx, { ecuType, versions, position }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      await lockEcuType(tx, ecuType);
      await addToLineage(tx, ecuType, versions, position, 'baseline');
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'catalog.declare_baselines',
        subject: { type: 'ecu_type', id: ecuType },
        after: { versions, position },
      });
      await announceChange(tx, 'catalog');
      return { ecuType, declared: versions.length };
    }),
});
