import { z } from 'zod';
import { csvPieces } from './csv-pieces.ts';
import { defineService } from './define-service.ts';
import { listOperators } from './list-operators.ts';

const COLUMNS = [
  'name',
  'email',
  'role',
  'disabled',
  'disabledReason',
  'createdAt',
  'lastSessionAt',
] as const;

/** Everyone who may sign in or once could, as CSV by name. */
export const exportOperatorsCsv = defineService({
  action: 'operator.manage',
  input: z.object({}),
  run: async (ctx) => csvPieces(COLUMNS, [await listOperators(ctx, {})]),
});
