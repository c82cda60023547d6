import { type PinnedKey, verifyEnvelope } from '#lib/protocol/envelope.ts';
import { type DirectorTarget, OtaUpdate } from '#lib/protocol/ota-update.ts';
import { escapeVersion } from '#lib/protocol/version-text.ts';
import type { PlannedTarget, RawEcu, TcuState } from './state.ts';

export type Verdict =
  | { kind: 'nothing' }
  | { kind: 'already_installed' }
  | { kind: 'not_applicable'; code: 'no_such_ecu' | 'hardware_mismatch'; ecuId: string }
  | { kind: 'offer'; targets: PlannedTarget[] };

type OfferName = { campaignId?: string | undefined; attempt?: number | undefined };

export type UpdateDecision =
  | { kind: 'malformed'; detail: string }
  | ({ kind: 'rejected'; code: 'bad_signature' | 'wrong_vin' | 'expired' } & OfferName)
  | { kind: 'outdated' }
  | { kind: 'repeated'; urls: Record<string, string> }
  | ({
      kind: 'trusted';
      version: number;
      expires: string;
      timeFloor: string;
      urls: Record<string, string>;
      verdict: Verdict;
    } & OfferName);

type Known = Pick<TcuState, 'vin' | 'ecus' | 'directorVersion' | 'timeFloor'>;

/**
 * What a TCU makes of an `OTA_Update/{vin}`: signature by a pinned key, own VIN, never an older version, not
 * expired by the later of clock and time floor; then, against the ECUs, whether it is new, already installed
 * or not applicable.
 */
export function decideUpdate(
  json: unknown,
  known: Known,
  keys: readonly PinnedKey[],
  now: Date,
): UpdateDecision {
  const parsed = OtaUpdate.safeParse(json);
  if (!parsed.success)
    return { kind: 'malformed', detail: parsed.error.issues[0]?.message ?? 'not an OTA_Update' };
  const { signed, signatures, urls } = parsed.data;
  const { campaignId, attempt, version, expires } = signed;
  const name = { campaignId, attempt };
  if (!verifyEnvelope({ signed: Reflect.get(Object(json), 'signed'), signatures }, keys)) {
    return { kind: 'rejected', code: 'bad_signature', ...name };
  }
  if (signed.vin !== known.vin) return { kind: 'rejected', code: 'wrong_vin', ...name };
  if (version < known.directorVersion) return { kind: 'outdated' };
  const timeFloor = laterOf(known.timeFloor, signed.issuedAt);
  if (version === known.directorVersion) return { kind: 'repeated', urls };
  if (isExpired(expires, timeFloor, now)) return { kind: 'rejected', code: 'expired', ...name };
  const verdict = judge(Object.values(signed.targets), known.ecus);
  return { kind: 'trusted', version, expires, timeFloor, urls, verdict, ...name };
}

/** The clock may say 1970; the time floor rises with every document that was believed. */
export function isExpired(expires: string, timeFloor: string, now: Date): boolean {
  return Date.parse(expires) <= Math.max(now.getTime(), Date.parse(timeFloor));
}

/** The later of two instants. */
export function laterOf(a: string, b: string): string {
  return Date.parse(a) >= Date.parse(b) ? a : b;
}

function judge(targets: readonly DirectorTarget[], ecus: readonly RawEcu[]): Verdict {
  if (targets.length === 0) return { kind: 'nothing' };
  const wanted: PlannedTarget[] = [];
  for (const target of targets) {
    const { ecuId, hardwareIds, version, installOrder, preconditions } = target.custom;
    const ecu = ecus.find((candidate) => candidate.ecuId === ecuId);
    if (!ecu) return { kind: 'not_applicable', code: 'no_such_ecu', ecuId };
    if (!hardwareIds.includes(escapeVersion(ecu.hardwareVersion))) {
      return { kind: 'not_applicable', code: 'hardware_mismatch', ecuId };
    }
    if (escapeVersion(ecu.softwareVersion) === version) continue;
    const { length, hashes } = target;
    wanted.push({ ecuId, version, length, sha256: hashes.sha256, installOrder, preconditions });
  }
  if (wanted.length === 0) return { kind: 'already_installed' };
  return { kind: 'offer', targets: wanted.toSorted((a, b) => a.installOrder - b.installOrder) };
}
