import { type StoredDocument, storeDocuments } from '#lib/db/engine/claim-rows.ts';
import { flushCommitted } from '#lib/db/engine/transaction.ts';
import type { ClaimedOffer } from './carry-out.ts';
import type { Claim } from './claim.ts';
import type { EngineDeps } from './deps.ts';
import type { DirectorDocument } from './director-document.ts';

export type SignedOffer = ClaimedOffer & { document: DirectorDocument };

/** Signs what was claimed unsigned, under the versions that the claim has taken; `fresh` is still to be stored. */
export function signClaimed(
  { campaign, signer, offers }: Pick<Claim, 'campaign' | 'signer' | 'offers'>,
  now: Date,
): { signed: SignedOffer[]; fresh: StoredDocument[] } {
  const fresh: StoredDocument[] = [];
  const signed = offers.map((offer): SignedOffer => {
    if (offer.document) return { ...offer, document: offer.document };
    const document = signer.sign(offer);
    const { vin, attempt } = offer;
    const { version, envelope, expiresAt } = document;
    fresh.push({ vin, version, campaignId: campaign.id, attempt, envelope, issuedAt: now, expiresAt });
    return { ...offer, document };
  });
  return { signed, fresh };
}

/**
 * The offers of a claim, signed. When it resolves, claim and documents are on disk, so that no version is ever
 * published with two contents. A worker that dies before leaves a lease without a document: when it runs out, its
 * offer is signed under a higher version.
 */
export async function signOffers(deps: EngineDeps, claim: Claim): Promise<SignedOffer[]> {
  const { signed, fresh } = signClaimed(claim, claim.at);
  if (claim.durable) return signed;
  if (fresh.length > 0) await storeDocuments(deps.db.pool, fresh);
  else await flushCommitted(deps.db.pool);
  return signed;
}
