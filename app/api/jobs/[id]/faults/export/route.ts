import { exportImportFaults } from '#lib/services/export-import-faults.ts';
import { answerCsv } from '#lib/web/csv.ts';
import { withActor } from '#lib/web/route.ts';

/** What an import could not register, as CSV. */
export const GET = withActor<{ id: string }>('vehicle.register', async (_request, context, { id }) =>
  answerCsv('faults.csv', await exportImportFaults(context, { jobId: id })),
);
