import type { DispatchRelease } from '#lib/db/engine/catalog-snapshot.ts';
import type { UpdateStep } from '#lib/domain/configuration.ts';
import { buildDirectorTargets, type DirectorStep } from '#lib/domain/director.ts';
import type { Keyring } from '#lib/keys/keyring.ts';
import type { DirectorTargets, EnvelopeSignature } from '#lib/protocol/ota-update.ts';
import { PROTOCOL_VERSION } from '#lib/protocol/primitives.ts';

/** A signed Director document as it is stored: evidence of what a vehicle was told. */
export type DirectorEnvelope = { signed: DirectorTargets; signatures: EnvelopeSignature[] };

/** A signed document on its way: its envelope as JSON text, and what must be known of it without reading that. */
export type DirectorDocument = {
  vin: string;
  version: number;
  envelope: string;
  /** SHA-256 of the artifacts that it names. */
  artifacts: readonly string[];
  expiresAt: Date;
};

/** A stored document, read back to be published again. */
export function readDocument(text: string): DirectorEnvelope & { document: DirectorDocument } {
  const { signed, signatures }: DirectorEnvelope = JSON.parse(text);
  const artifacts = Object.values(signed.targets).map(({ hashes }) => hashes.sha256);
  const { vin, version, expires } = signed;
  const document = { vin, version, envelope: text, artifacts, expiresAt: new Date(expires) };
  return { document, signed, signatures };
}

/** Longest time for which an offer without an end stays valid. */
const OFFER_VALID_MS = 30 * 86_400_000;

/** Until when a document of this moment is valid. */
export function expiryOf(now: Date, endAt: Date | null): Date {
  const limit = now.getTime() + OFFER_VALID_MS;
  return new Date(endAt ? Math.min(limit, endAt.getTime()) : limit);
}

/** Makes and signs the document that wants nothing of a vehicle, and so cancels what was wanted before. */
export function signCancellation(
  keyring: Keyring,
  { vin, version, now }: { vin: string; version: number; now: Date },
): DirectorDocument {
  const expiresAt = expiryOf(now, null);
  const signed = buildDirectorTargets({ vin, version, issuedAt: now, expiresAt });
  const envelope: DirectorEnvelope = { signed, signatures: [keyring.sign('director', signed)] };
  return { vin, version, envelope: JSON.stringify(envelope), artifacts: [], expiresAt };
}

/** A released release has an artifact; without one nothing can be offered. */
export class MissingArtifactError extends Error {
  readonly releaseId: string;

  constructor(releaseId: string) {
    super(`the release ${releaseId} has no artifact`);
    this.releaseId = releaseId;
  }
}

/** A planned step with everything that the document says of it. */
export function toDirectorStep(
  step: UpdateStep,
  releases: ReadonlyMap<string, DispatchRelease>,
): DirectorStep {
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
  { vin, envelope, artifacts }: DirectorDocument,
  payloadUrl: (vin: string, sha256: string, now: Date) => string,
  now: Date,
): string {
  const urls = artifacts.map((sha256) => `"${sha256}":${JSON.stringify(payloadUrl(vin, sha256, now))}`);
  return `{"v":${PROTOCOL_VERSION},${envelope.slice(1, -1)},"urls":{${[...new Set(urls)].join(',')}}}`;
}
