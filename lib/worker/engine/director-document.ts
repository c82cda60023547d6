import type { DispatchRelease } from '#lib/db/engine/catalog-snapshot.ts';
import type { UpdateStep } from '#lib/domain/configuration.ts';
import { buildDirectorTargets, type DirectorStep } from '#lib/domain/director.ts';
import type { Keyring } from '#lib/keys/keyring.ts';
import type { DirectorTargets, EnvelopeSignature } from '#lib/protocol/ota-update.ts';
import { PROTOCOL_VERSION } from '#lib/protocol/primitives.ts';

/** A signed Director document as it is stored: evidence of what a vehicle was told. */
export type DirectorEnvelope = { signed: DirectorTargets; signatures: EnvelopeSignature[] };

/** Longest time for which an offer without an end stays valid. */
const OFFER_VALID_MS = 30 * 86_400_000;

export type DirectorOffer = {
  campaignId: string;
  attempt: number;
  steps: readonly UpdateStep[];
  endAt: Date | null;
};

/** Makes and signs the whole desired state of a vehicle; without an offer it cancels what was wanted before. */
export function signDirectorDocument(
  keyring: Keyring,
  releases: ReadonlyMap<string, DispatchRelease>,
  document: { vin: string; version: number; now: Date; offer?: DirectorOffer },
): DirectorEnvelope {
  const { vin, version, now, offer } = document;
  const limit = now.getTime() + OFFER_VALID_MS;
  const expiresAt = new Date(offer?.endAt ? Math.min(limit, offer.endAt.getTime()) : limit);
  const signed = buildDirectorTargets({
    vin,
    version,
    issuedAt: now,
    expiresAt,
    ...(offer && {
      offer: {
        campaignId: offer.campaignId,
        attempt: offer.attempt,
        steps: offer.steps.map((step) => toDirectorStep(step, releases)),
      },
    }),
  });
  return { signed, signatures: [keyring.sign('director', signed)] };
}

/** A released release has an artifact; without one nothing can be offered. */
export class MissingArtifactError extends Error {
  readonly releaseId: string;

  constructor(releaseId: string) {
    super(`the release ${releaseId} has no artifact`);
    this.releaseId = releaseId;
  }
}

function toDirectorStep(step: UpdateStep, releases: ReadonlyMap<string, DispatchRelease>): DirectorStep {
  const release = releases.get(step.releaseId);
  if (!release?.artifact) throw new MissingArtifactError(step.releaseId);
  return {
    ecuId: step.ecuId,
    ecuType: step.ecuType,
    releaseId: step.releaseId,
    version: step.toVersion,
    hardwareIds: [...release.rule.hardwareVersions],
    releaseCounter: counterFor(step, release, releases),
    length: release.artifact.length,
    sha256: release.artifact.sha256,
    preconditions: release.preconditions,
    userInformation: release.userInformation,
  };
}

/**
 * An ECU refuses a release counter below the one that it has (Uptane), so what goes back to an earlier release
 * carries the counter of the release that it leaves.
 */
function counterFor(
  step: UpdateStep,
  release: DispatchRelease,
  releases: ReadonlyMap<string, DispatchRelease>,
): number {
  let counter = release.releaseCounter;
  for (const { rule, releaseCounter } of releases.values()) {
    const isLeft = rule.ecuType === step.ecuType && rule.version === step.fromVersion;
    if (isLeft && rule.state !== 'draft') counter = Math.max(counter, releaseCounter);
  }
  return counter;
}

/** The message `OTA_Update/{vin}`: the signed document, with payload URLs made for this moment beside it. */
export function directorMessage(
  envelope: DirectorEnvelope,
  payloadUrl: (vin: string, sha256: string, now: Date) => string,
  now: Date,
): string {
  const { signed, signatures } = envelope;
  const hashes = Object.values(signed.targets).map((target) => target.hashes.sha256);
  const urls = Object.fromEntries(hashes.map((sha256) => [sha256, payloadUrl(signed.vin, sha256, now)]));
  return JSON.stringify({ v: PROTOCOL_VERSION, signed, signatures, urls });
}
