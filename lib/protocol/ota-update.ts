import { z } from 'zod';
import { EcuId, Instant, ProtocolVersion, Sha256, Vin } from './primitives.ts';
import { VersionText } from './version-text.ts';

/** Signature of a TUF envelope: Ed25519 over the canonical JSON of `signed`, in hex. */
export const EnvelopeSignature = z.looseObject({
  keyid: z.string().regex(/^[0-9a-f]{64}$/),
  sig: z.string().regex(/^[0-9a-f]{128}$/),
});
export type EnvelopeSignature = z.infer<typeof EnvelopeSignature>;

/** What must hold in the vehicle before installation begins. */
export const Preconditions = z.object({
  parked: z.boolean().default(true),
  minimumBatteryPercent: z.int().min(0).max(100).default(0),
  ignition: z.enum(['off', 'on', 'any']).default('any'),
});
export type Preconditions = z.infer<typeof Preconditions>;

/** What the vehicle's user is told before the update (UN R156 §7.2.2.3), per language (BCP 47). */
export const UserInformation = z.record(
  z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a BCP 47 language tag such as en or de-AT'),
  z.object({
    what: z.string().min(1).max(2000),
    howLongMinutes: z
      .int()
      .min(0)
      .max(24 * 60),
    unavailable: z.string().max(2000).default(''),
  }),
);
export type UserInformation = z.infer<typeof UserInformation>;

/** What a Director target says beyond TUF's length and hashes. */
export const DirectorTargetCustom = z.looseObject({
  ecuId: EcuId,
  ecuType: z.string(),
  releaseId: z.string(),
  version: VersionText,
  hardwareIds: z.array(z.string()).min(1),
  /** Rises with every release of this ECU type (Uptane release counter). */
  releaseCounter: z.int().min(0),
  /** ECUs install in rising order. */
  installOrder: z.int().min(0),
  preconditions: Preconditions,
  userInformation: UserInformation,
});
export type DirectorTargetCustom = z.infer<typeof DirectorTargetCustom>;

export const DirectorTarget = z.looseObject({
  length: z.int().min(0),
  hashes: z.looseObject({ sha256: Sha256 }),
  custom: DirectorTargetCustom,
});
export type DirectorTarget = z.infer<typeof DirectorTarget>;

/** The whole desired state of one vehicle (Uptane Director targets); a higher version replaces it. */
export const DirectorTargets = z.looseObject({
  _type: z.literal('targets'),
  spec_version: z.string(),
  version: z.int().min(1),
  expires: Instant,
  issuedAt: Instant,
  vin: Vin,
  /** The campaign that this state serves; absent where nothing is wanted of the vehicle. */
  campaignId: z.string().optional(),
  attempt: z.int().min(1).optional(),
  targets: z.record(z.string(), DirectorTarget),
});
export type DirectorTargets = z.infer<typeof DirectorTargets>;

/** `OTA_Update/{vin}`. URLs stand beside `signed`, so that renewing one needs no signature. */
export const OtaUpdate = z.looseObject({
  v: ProtocolVersion,
  signed: DirectorTargets,
  signatures: z.array(EnvelopeSignature).min(1),
  urls: z.record(Sha256, z.url()).default({}),
});
export type OtaUpdate = z.infer<typeof OtaUpdate>;

/** Which installed versions a release may be installed over. */
export const FromVersions = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('any') }),
  z.object({ kind: z.literal('list'), versions: z.array(VersionText).min(1).max(1000) }),
  z.object({ kind: z.literal('range'), from: VersionText.optional(), to: VersionText.optional() }),
]);
export type FromVersions = z.infer<typeof FromVersions>;

/** One release of an announcement. */
export const AnnouncedRelease = z.looseObject({
  releaseId: z.string(),
  ecuType: z.string(),
  version: VersionText,
  hardwareVersions: z.array(z.string()).min(1),
  fromVersions: FromVersions,
});
export type AnnouncedRelease = z.infer<typeof AnnouncedRelease>;

/** One message to many vehicles: who is in the bucket and fits asks for its own Director document. */
export const AnnouncementSigned = z.looseObject({
  _type: z.literal('announcement'),
  spec_version: z.string(),
  /** Rises with every announcement of this backend, a stream of its own. */
  version: z.int().min(1),
  issuedAt: Instant,
  expires: Instant,
  campaignId: z.string(),
  attempt: z.int().min(1),
  wave: z.int().min(0),
  releases: z.array(AnnouncedRelease).min(1),
  /** Half-open range of sha256(campaign|vin) mod 10,000. */
  bucket: z.object({ from: z.int().min(0).max(9_999), to: z.int().min(1).max(10_000) }),
  /** Answers are spread at random over this many seconds. */
  spreadSeconds: z.int().min(0).max(86_400),
  /** Vehicles of these models only; empty means all. */
  models: z.array(z.string()).default([]),
});
export type AnnouncementSigned = z.infer<typeof AnnouncementSigned>;

/** `OTA_Update` and `OTA_Update/model/{model}`. */
export const Announcement = z.looseObject({
  v: ProtocolVersion,
  signed: AnnouncementSigned,
  signatures: z.array(EnvelopeSignature).min(1),
});
export type Announcement = z.infer<typeof Announcement>;
