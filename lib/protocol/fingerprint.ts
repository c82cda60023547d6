import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

function byEcuId(a: { ecuId: string }, b: { ecuId: string }): number {
  return a.ecuId < b.ecuId ? -1 : a.ecuId > b.ecuId ? 1 : 0;
}

/**
 * Fingerprint of a vehicle's configuration: the first 16 bytes, base64url, of SHA-256 over the canonical
 * JSON (RFC 8785) of `{tcu, ecus sorted by ecuId}`, both exactly as sent, before any version is escaped.
 */
export function fingerprintOf(report: { tcu: unknown; ecus: readonly { ecuId: string }[] }): string {
  const canonical = canonicalJson({ tcu: report.tcu, ecus: report.ecus.toSorted(byEcuId) });
  return hash('sha256', canonical, 'buffer').subarray(0, 16).toString('base64url');
}
