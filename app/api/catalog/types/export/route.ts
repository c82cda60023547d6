import { exportEcuTypesCsv } from '#lib/services/export-ecu-types-csv.ts';
import { answerCsv } from '#lib/web/csv.ts';
import { withActor } from '#lib/web/route.ts';

/** All ECU types as CSV. */
export const GET = withActor('catalog.read', async (_request, context) =>
  answerCsv('ecu-types.csv', await exportEcuTypesCsv(context, {})),
);
