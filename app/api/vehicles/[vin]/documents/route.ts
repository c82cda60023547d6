import { readDirectorDocuments } from '#lib/db/queries/director-documents.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** The signed documents that this vehicle was sent, the newest first. */
export const GET = withActor<{ vin: string }>('fleet.read', async (_, { db }, { vin }) =>
  answerJson(await readDirectorDocuments(db.pool, vin, 20)),
);
