import { exportOperatorsCsv } from '#lib/services/export-operators-csv.ts';
import { answerCsv } from '#lib/web/csv.ts';
import { withActor } from '#lib/web/route.ts';

/** All operators as CSV. */
export const GET = withActor('operator.manage', async (_request, context) =>
  answerCsv('operators.csv', await exportOperatorsCsv(context, {})),
);
