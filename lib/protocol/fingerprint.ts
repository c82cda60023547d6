import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

type Reported = { tcu: unknown; ecus: readonly { ecuId: string }[] };

/** What a fingerprint is made of, in canonical JSON (RFC 8785), so that a part can be replaced. */
export type FingerprintParts = {
  tcu: string;
  /** Sorted by id. */
  ecus: readonly string[];
  /** Where each ECU of the report stands in `ecus`. */
  ranks: readonly number[];
};

/** The parts of a report's fingerprint; throws a `TypeError` on values that JSON cannot hold. */
export function fingerprintParts({ tcu, ecus }: Reported): FingerprintParts {
  const places = ecus.map((ecu, place) => ({ ecuId: ecu.ecuId, ecu, place })).sort(byEcuId);
  const ranks: number[] = [];
  for (const [rank, { place }] of places.entries()) ranks[place] = rank;
  return { tcu: canonicalJson(tcu), ecus: places.map(({ ecu }) => canonicalJson(ecu)), ranks };
}

/** The fingerprint that these parts come to. */
export function fingerprintOfParts({ tcu, ecus }: Pick<FingerprintParts, 'tcu' | 'ecus'>): string {
  const canonical = `{"ecus":[${ecus.join(',')}],"tcu":${tcu}}`;
  return hash('sha256', canonical, 'buffer').subarray(0, 16).toString('base64url');
}

/**
 * Fingerprint of a vehicle's configuration: the first 16 bytes, base64url, of SHA-256 over the canonical
 * JSON (RFC 8785) of `{tcu, ecus sorted by ecuId}`, both exactly as sent, before any version is escaped.
 */
export function fingerprintOf(report: Reported): string {
  return fingerprintOfParts(fingerprintParts(report));
}

function byEcuId(a: { ecuId: string }, b: { ecuId: string }): number {
  return a.ecuId < b.ecuId ? -1 : a.ecuId > b.ecuId ? 1 : 0;
}
