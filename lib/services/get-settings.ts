import { z } from 'zod';
import { defineService } from './define-service.ts';
import { readSettings } from './settings.ts';

/** All settings, those never changed with their default. */
export const getSettings = defineService({
  action: 'settings.read',
  input: z.object({}),
  run: (ctx) => readSettings(ctx.db.prisma),
});
