import { collectCredentials } from '#lib/services/collect-credentials.ts';
import { answerCsv } from '#lib/web/csv.ts';
import { withActor } from '#lib/web/route.ts';

/** The credentials of the vehicles that an import registered, as CSV; for who imported them, for a day. */
export const GET = withActor<{ id: string }>('vehicle.register', async (_request, context, { id }) =>
  answerCsv('vehicle-credentials.csv', await collectCredentials(context, { jobId: id })),
);
