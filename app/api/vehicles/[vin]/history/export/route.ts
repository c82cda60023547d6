import { exportVersionHistoryCsv } from '#lib/services/export-version-history-csv.ts';
import { answerCsv } from '#lib/web/csv.ts';
import { withActor } from '#lib/web/route.ts';

/** What ran on a vehicle's ECUs from when on, as CSV, streamed. */
export const GET = withActor<{ vin: string }>('fleet.read', async (_request, context, { vin }) =>
  answerCsv('version-history.csv', await exportVersionHistoryCsv(context, { vin })),
);
