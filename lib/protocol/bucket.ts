import { createHash } from 'node:crypto';

/** How many buckets a campaign's vehicles fall into. */
export const BUCKETS = 10_000;

/** Stable bucket of a vehicle within a campaign: sha256(`campaignId|vin`) mod 10,000, first 6 bytes, big endian. */
export function bucketOf(campaignId: string, vin: string): number {
  return createHash('sha256').update(`${campaignId}|${vin}`, 'utf8').digest().readUIntBE(0, 6) % BUCKETS;
}
