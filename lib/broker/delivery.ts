import { z } from 'zod';

/** Which offer a delivered `OTA_Update` was. */
export type Delivery = {
  campaignId?: string | undefined;
  attempt?: number | undefined;
  version?: number | undefined;
  qos: 1 | 2;
};

const Offer = z.object({
  signed: z.object({
    campaignId: z.string().optional().catch(undefined),
    attempt: z.int().min(1).optional().catch(undefined),
    version: z.int().min(1).optional().catch(undefined),
  }),
});
type Offer = z.infer<typeof Offer>['signed'];

const parsed = new WeakMap<Buffer, Offer>();

/** Reads which offer a payload is; a broadcast's payload is shared by all its packets and parsed once. */
export function offerIn(payload: Buffer): Offer {
  let offer = parsed.get(payload);
  if (!offer) {
    offer = parseOffer(payload);
    parsed.set(payload, offer);
  }
  return offer;
}

function parseOffer(payload: Buffer): Offer {
  try {
    const result = Offer.safeParse(JSON.parse(payload.toString('utf8')));
    return result.success ? result.data.signed : {};
  } catch {
    return {};
  }
}
