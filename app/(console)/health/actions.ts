'use server';

import type { z } from 'zod';
import { allowOffers } from '#lib/services/allow-offers.ts';
import { stopAllOffers } from '#lib/services/stop-all-offers.ts';
import { runAction } from '#lib/web/action.ts';

export async function stopAllOffersAction(input: z.input<typeof stopAllOffers.input>) {
  return runAction(stopAllOffers, input);
}

export async function allowOffersAction(input: z.input<typeof allowOffers.input>) {
  return runAction(allowOffers, input);
}
