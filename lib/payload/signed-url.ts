import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { Sha256, Vin } from '../protocol/primitives.ts';

export type PayloadUrl = {
  /** Where the payload server is reached, without a slash at the end. */
  baseUrl: string;
  secret: string;
  vin: string;
  sha256: string;
  expiresAt: Date;
};

export type PayloadGrant =
  | { kind: 'granted'; vin: string; sha256: string; expiresAt: Date }
  | { kind: 'malformed' | 'forged' | 'expired' };

const Query = z.object({
  vin: Vin,
  expires: z.string().regex(/^\d{1,12}$/),
  signature: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});

/** URL under which one vehicle may fetch one artifact until `expiresAt` (to the second). */
export function signPayloadUrl({ baseUrl, secret, vin, sha256, expiresAt }: PayloadUrl): string {
  const expires = String(Math.floor(expiresAt.getTime() / 1000));
  const signature = signatureOf(secret, sha256, vin, expires).toString('base64url');
  return `${baseUrl}/artifacts/${sha256}?vin=${vin}&expires=${expires}&signature=${signature}`;
}

/** Judges path and query of a request; the signature is compared in constant time and before the expiry. */
export function verifyPayloadUrl(secret: string, url: URL, now: Date): PayloadGrant {
  const sha256 = Sha256.safeParse(/^\/artifacts\/([^/]+)$/.exec(url.pathname)?.[1]);
  const query = Query.safeParse(Object.fromEntries(url.searchParams));
  if (!sha256.success || !query.success) return { kind: 'malformed' };
  const { vin, expires, signature } = query.data;
  const expected = signatureOf(secret, sha256.data, vin, expires);
  if (!timingSafeEqual(expected, Buffer.from(signature, 'base64url'))) return { kind: 'forged' };
  const expiresAt = new Date(Number(expires) * 1000);
  if (expiresAt <= now) return { kind: 'expired' };
  return { kind: 'granted', vin, sha256: sha256.data, expiresAt };
}

function signatureOf(secret: string, sha256: string, vin: string, expires: string): Buffer {
  return createHmac('sha256', secret).update(`payload-url|1|${sha256}|${vin}|${expires}`).digest();
}
