import { explainVehicle } from '#lib/services/explain-vehicle.ts';
import { answerJson, withActor } from '#lib/web/route.ts';

/** Why this vehicle is, or is not, updated by each campaign that is open now. */
export const GET = withActor<{ vin: string }>('fleet.read', async (_, context, { vin }) =>
  answerJson(await explainVehicle(context, { vin })),
);
