import { z } from 'zod';
import { defineService } from './define-service.ts';
import { setOffersStop } from './stop-all-offers.ts';

/** Undoes the fleet-wide stop: running campaigns go on where they were. */
export const allowOffers = defineService({
  action: 'offers.allow',
  input: z.object({ reason: z.string().trim().min(1, 'say why').max(1000) }),
  run: (ctx, { reason }) => setOffersStop(ctx, false, reason),
});
