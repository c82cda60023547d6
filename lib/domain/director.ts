import type {
  AnnouncedRelease,
  AnnouncementSigned,
  DirectorTarget,
  DirectorTargets,
} from '../protocol/ota-update.ts';
import type { BucketRange } from './waves.ts';

/** Version of the TUF specification whose metadata form the documents take. */
export const TUF_SPEC_VERSION = '1.0.31';

/** One installation as the Director document states it; the order of steps is the order of installation. */
export interface DirectorStep {
  ecuId: string;
  ecuType: string;
  releaseId: string;
  version: string;
  hardwareIds: string[];
  releaseCounter: number;
  length: number;
  sha256: string;
  preconditions: DirectorTarget['custom']['preconditions'];
  userInformation: DirectorTarget['custom']['userInformation'];
}

export interface DirectorInput {
  vin: string;
  /** Higher than every version this vehicle was ever sent. */
  version: number;
  issuedAt: Date;
  expiresAt: Date;
  /** What is wanted; absent for the document that cancels. */
  offer?: { campaignId: string; attempt: number; steps: readonly DirectorStep[] };
}

/** Path of a target: unique per ECU, so that two ECUs may receive the same file. */
export function targetPath(step: { ecuId: string; sha256: string }): string {
  return `${step.ecuId}/${step.sha256}`;
}

function targetOf(step: DirectorStep, installOrder: number): DirectorTarget {
  return {
    length: step.length,
    hashes: { sha256: step.sha256 },
    custom: {
      ecuId: step.ecuId,
      ecuType: step.ecuType,
      releaseId: step.releaseId,
      version: step.version,
      hardwareIds: [...step.hardwareIds],
      releaseCounter: step.releaseCounter,
      installOrder,
      preconditions: step.preconditions,
      userInformation: step.userInformation,
    },
  };
}

/** TUF writes instants without fractions of a second. */
function tufInstant(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/**
 * The whole desired state of one vehicle (Uptane Director targets), unsigned. Without an offer it wants nothing
 * of the vehicle: the signed, higher version by which an offer is cancelled.
 */
export function buildDirectorTargets(input: DirectorInput): DirectorTargets {
  const { offer } = input;
  const targets: Record<string, DirectorTarget> = {};
  for (const [index, step] of (offer?.steps ?? []).entries())
    targets[targetPath(step)] = targetOf(step, index);
  return {
    _type: 'targets',
    spec_version: TUF_SPEC_VERSION,
    version: input.version,
    expires: tufInstant(input.expiresAt),
    issuedAt: tufInstant(input.issuedAt),
    vin: input.vin,
    ...(offer && { campaignId: offer.campaignId, attempt: offer.attempt }),
    targets,
  };
}

export interface AnnouncementInput {
  /** Higher than every announcement of this backend. */
  version: number;
  issuedAt: Date;
  expiresAt: Date;
  campaignId: string;
  attempt: number;
  wave: number;
  releases: readonly AnnouncedRelease[];
  bucket: BucketRange;
  spreadSeconds: number;
  models?: readonly string[];
}

/** One message to many vehicles, unsigned; it carries no URLs and no targets. */
export function buildAnnouncement(input: AnnouncementInput): AnnouncementSigned {
  return {
    _type: 'announcement',
    spec_version: TUF_SPEC_VERSION,
    version: input.version,
    issuedAt: tufInstant(input.issuedAt),
    expires: tufInstant(input.expiresAt),
    campaignId: input.campaignId,
    attempt: input.attempt,
    wave: input.wave,
    releases: [...input.releases],
    bucket: { from: input.bucket.from, to: input.bucket.to },
    spreadSeconds: input.spreadSeconds,
    models: [...(input.models ?? [])],
  };
}
