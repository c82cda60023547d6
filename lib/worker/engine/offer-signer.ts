import { createHash } from 'node:crypto';
import type { EngineCampaign } from '#lib/db/engine/campaigns.ts';
import type { CatalogSnapshot } from '#lib/db/engine/catalog-snapshot.ts';
import type { UpdateStep } from '#lib/domain/configuration.ts';
import { buildDirectorTargets } from '#lib/domain/director.ts';
import type { Keyring } from '#lib/keys/keyring.ts';
import { tufCanonicalJson } from '#lib/protocol/tuf-canonical-json.ts';
import { type DirectorDocument, expiryOf, toDirectorStep } from './director-document.ts';

/** What the documents of many vehicles have in common: they end with version and VIN, in both of their forms. */
type Shared = {
  /** As it is signed; keys are sorted there, so that `version` and `vin` come last. */
  canonical: string;
  json: string;
  artifacts: readonly string[];
  basis: string;
};

export type OfferSigner = {
  /** Of the key that signs now. */
  keyId: string;
  sign(vehicle: {
    vin: string;
    version: number;
    attempt: number;
    steps: readonly UpdateStep[];
  }): DirectorDocument;
  /** Digest of what such a document says, whichever its vehicle, version and time. */
  basisOf(attempt: number, steps: readonly UpdateStep[]): string;
  artifactsOf(attempt: number, steps: readonly UpdateStep[]): readonly string[];
};

/** Makes and signs Director documents that offer a campaign at one moment; what vehicles share is built once. */
export function createOfferSigner(
  keyring: Keyring,
  { releases }: CatalogSnapshot,
  { id: campaignId, endAt }: Pick<EngineCampaign, 'id' | 'endAt'>,
  now: Date,
): OfferSigner {
  const expiresAt = expiryOf(now, endAt);
  const keyId = keyring.keyId('director');
  const known = new Map<readonly UpdateStep[], Map<number, Shared>>();

  const build = (attempt: number, steps: readonly UpdateStep[]): Shared => {
    const directorSteps = steps.map((step) => toDirectorStep(step, releases));
    const offer = { campaignId, attempt, steps: directorSteps };
    const { version, vin, ...signed } = buildDirectorTargets({
      vin: '',
      version: 0,
      issuedAt: now,
      expiresAt,
      offer,
    });
    const said = tufCanonicalJson([keyId, campaignId, attempt, endAt?.toISOString() ?? null, signed.targets]);
    return {
      canonical: tufCanonicalJson(signed).slice(0, -1),
      json: JSON.stringify(signed).slice(0, -1),
      artifacts: directorSteps.map(({ sha256 }) => sha256),
      basis: createHash('sha256').update(said, 'utf8').digest().subarray(0, 16).toString('base64url'),
    };
  };
  const sharedOf = (attempt: number, steps: readonly UpdateStep[]): Shared => {
    const byAttempt = known.get(steps) ?? new Map<number, Shared>();
    known.set(steps, byAttempt);
    const shared = byAttempt.get(attempt) ?? build(attempt, steps);
    byAttempt.set(attempt, shared);
    return shared;
  };

  return {
    keyId,
    sign({ vin, version, attempt, steps }) {
      const { canonical, json, artifacts } = sharedOf(attempt, steps);
      const end = `,"version":${version},"vin":${JSON.stringify(vin)}}`;
      const signature = JSON.stringify(keyring.signCanonical('director', canonical + end));
      const envelope = `{"signed":${json}${end},"signatures":[${signature}]}`;
      return { vin, version, envelope, artifacts, expiresAt };
    },
    basisOf: (attempt, steps) => sharedOf(attempt, steps).basis,
    artifactsOf: (attempt, steps) => sharedOf(attempt, steps).artifacts,
  };
}
