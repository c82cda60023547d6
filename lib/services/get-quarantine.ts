import { z } from 'zod';
import { readQuarantineRow } from '#lib/db/queries/quarantine.ts';
import { NotFoundError } from '#lib/errors.ts';
import { defineService } from './define-service.ts';
import { QuarantineId } from './dismiss-quarantine.ts';

/** One quarantine row with the messages that were kept of it. */
export const getQuarantine = defineService({
  action: 'quarantine.read',
  input: z.object({ id: QuarantineId }),
  async run(ctx, { id }) {
    const found = await readQuarantineRow(ctx.db.pool, id);
    if (!found) throw new NotFoundError('There is no such quarantine row.', { id: id.toString() });
    return found;
  },
});
