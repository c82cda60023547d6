import { z } from 'zod';
import { csvPieces } from './csv-pieces.ts';
import { defineService } from './define-service.ts';
import { readImportFaults } from './read-job-files.ts';

/** What an import could not register, as CSV by line, in pieces to be sent as they come. */
export const exportImportFaults = defineService({
  action: 'vehicle.register',
  input: z.object({ jobId: z.string().min(1) }),
  run: async (ctx, { jobId }) =>
    csvPieces(['line', 'column', 'value', 'reason'], readImportFaults(ctx, jobId)),
});
