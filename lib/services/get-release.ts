import { z } from 'zod';
import { readRelease } from '#lib/db/queries/catalog.ts';
import { NotFoundError } from '#lib/errors.ts';
import { defineService } from './define-service.ts';

/** One release as its author wrote it, with its file, where it is installed and the campaigns that hold it. */
export const getRelease = defineService({
  action: 'catalog.read',
  input: z.object({ id: z.string().min(1) }),
  async run(ctx, { id }) {
    const release = await readRelease(ctx.db.pool, id);
    if (!release) throw new NotFoundError('There is no such release.', { id });
    return release;
  },
});
