import { bucketOf } from '#lib/protocol/bucket.ts';
import { type PinnedKey, verifyEnvelope } from '#lib/protocol/envelope.ts';
import { type AnnouncedRelease, Announcement, type FromVersions } from '#lib/protocol/ota-update.ts';
import { escapeVersion } from '#lib/protocol/version-text.ts';
import { isExpired, laterOf } from './decide-update.ts';
import type { RawEcu, TcuState } from './state.ts';

export type AnnouncementDecision =
  | { kind: 'silent'; why: 'malformed' | 'bad_signature' | 'outdated' | 'expired' }
  /** Believed, but meant for others. */
  | ({ kind: 'not_meant'; why: 'model' | 'bucket' | 'no_ecu' } & Trust)
  | ({
      kind: 'meant';
      campaignId: string;
      attempt: number;
      spreadSeconds: number;
      isInstalled: boolean;
    } & Trust);

type Trust = { version: number; timeFloor: string };
type Known = Pick<TcuState, 'vin' | 'model' | 'ecus' | 'announcementVersion' | 'timeFloor'>;

/**
 * What a TCU makes of an announcement: signature by an announcement key, a newer version than any before,
 * not expired, own model, own bucket, and an ECU with hardware and version that one of the releases names.
 * A range of versions cannot be judged here, because only the backend knows their order.
 */
export function decideAnnouncement(
  json: unknown,
  known: Known,
  keys: readonly PinnedKey[],
  now: Date,
): AnnouncementDecision {
  const parsed = Announcement.safeParse(json);
  if (!parsed.success) return { kind: 'silent', why: 'malformed' };
  const { signed, signatures } = parsed.data;
  if (!verifyEnvelope({ signed: Reflect.get(Object(json), 'signed'), signatures }, keys)) {
    return { kind: 'silent', why: 'bad_signature' };
  }
  const { version, campaignId, attempt, spreadSeconds, bucket, models } = signed;
  if (version <= known.announcementVersion) return { kind: 'silent', why: 'outdated' };
  const timeFloor = laterOf(known.timeFloor, signed.issuedAt);
  if (isExpired(signed.expires, timeFloor, now)) return { kind: 'silent', why: 'expired' };
  const trust = { version, timeFloor };
  if (models.length > 0 && !models.includes(known.model))
    return { kind: 'not_meant', why: 'model', ...trust };
  const own = bucketOf(campaignId, known.vin);
  if (own < bucket.from || own >= bucket.to) return { kind: 'not_meant', why: 'bucket', ...trust };
  const fits = signed.releases.flatMap((release) => fitOf(release, known.ecus));
  if (fits.length === 0) return { kind: 'not_meant', why: 'no_ecu', ...trust };
  const isInstalled = fits.every((fit) => fit === 'installed');
  return { kind: 'meant', campaignId, attempt, spreadSeconds, isInstalled, ...trust };
}

function fitOf(release: AnnouncedRelease, ecus: readonly RawEcu[]): ('installed' | 'wanted')[] {
  return ecus
    .filter((ecu) => ecu.type === release.ecuType)
    .filter((ecu) => release.hardwareVersions.includes(escapeVersion(ecu.hardwareVersion)))
    .flatMap((ecu) => {
      const installed = escapeVersion(ecu.softwareVersion);
      if (installed === release.version) return ['installed'];
      return mayComeFrom(release.fromVersions, installed) ? ['wanted'] : [];
    });
}

function mayComeFrom(from: FromVersions, installed: string): boolean {
  return from.kind !== 'list' || from.versions.includes(installed);
}
