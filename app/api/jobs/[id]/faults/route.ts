import { listImportFaults } from '#lib/services/list-import-faults.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** The first faults of an import in JSON. */
export const GET = withActor<{ id: string }>('vehicle.register', async (_request, context, { id }) =>
  answerJson(await listImportFaults(context, { jobId: id })),
);
