import { z } from 'zod';
import { listEcuTypeRows, listKnownVersionRows, listReleaseRows } from '#lib/db/queries/catalog.ts';
import { NotFoundError } from '#lib/errors.ts';
import { defineService } from './define-service.ts';

/** One ECU type with its lineage and its releases. */
export const getEcuType = defineService({
  action: 'catalog.read',
  input: z.object({ name: z.string().min(1).max(64) }),
  async run(ctx, { name }) {
    const [types, lineage, releases] = await Promise.all([
      listEcuTypeRows(ctx.db.pool),
      listKnownVersionRows(ctx.db.pool, name),
      listReleaseRows(ctx.db.pool, { ecuType: name }),
    ]);
    const type = types.find((candidate) => candidate.name === name);
    if (!type) throw new NotFoundError(`There is no ECU type ${name}.`, { name });
    return { type, lineage, releases };
  },
});
