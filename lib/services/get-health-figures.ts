import { z } from 'zod';
import { readHealthFigures } from '#lib/db/queries/health-figures.ts';
import { defineService } from './define-service.ts';

/** The database's own figures and the length of every queue. */
export const getHealthFigures = defineService({
  action: 'health.read',
  input: z.object({}),
  run: (ctx) => readHealthFigures(ctx.db.pool),
});
