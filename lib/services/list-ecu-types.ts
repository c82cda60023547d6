import { z } from 'zod';
import { listEcuTypeRows } from '#lib/db/queries/catalog.ts';
import { defineService } from './define-service.ts';

/** All ECU types of the catalog, with their releases and how far the fleet is. */
export const listEcuTypes = defineService({
  action: 'catalog.read',
  input: z.object({}),
  run: (ctx) => listEcuTypeRows(ctx.db.pool),
});
