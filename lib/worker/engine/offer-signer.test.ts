import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import type { CatalogSnapshot, DispatchRelease } from '#lib/db/engine/catalog-snapshot.ts';
import type { UpdateStep } from '#lib/domain/configuration.ts';
import { pinnedKeyOf, signCanonical, signEnvelope, verifyEnvelope } from '#lib/protocol/envelope.ts';
import { DirectorTargets } from '#lib/protocol/ota-update.ts';
import { directorMessage, readDocument } from './director-document.ts';
import { createOfferSigner } from './offer-signer.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const pinned = pinnedKeyOf(privateKey);
const keyring = {
  sign: (_: string, signed: unknown) => signEnvelope(signed, privateKey, pinned.keyid),
  signCanonical: (_: string, canonical: string) => signCanonical(canonical, privateKey, pinned.keyid),
  keyId: () => pinned.keyid,
};
const sha256 = 'a'.repeat(64);
const release: DispatchRelease = {
  rule: {
    id: 'r1',
    state: 'released',
    ecuType: 'BMS',
    version: '2.0 "ü"',
    hardwareVersions: ['HW1', 'HW2'],
    fromVersions: { kind: 'any' },
    dependencies: [],
    rollbackTo: [],
    skilledPersonOnly: false,
  },
  revision: 1,
  releaseCounter: 3,
  preconditions: { parked: true, minimumBatteryPercent: 30, ignition: 'off' },
  userInformation: {
    en: { what: 'Two\nlines, a "quote", a \\ and a \u0001', howLongMinutes: 5, unavailable: '' },
  },
  artifact: { sha256, length: 1_024 },
};
const step: UpdateStep = {
  ecuId: 'BMS',
  ecuType: 'BMS',
  releaseId: 'r1',
  fromVersion: '1.0',
  toVersion: '2.0 "ü"',
};
const steps = [step];
const now = new Date('2026-11-23T12:00:00.123Z');

function signerOf(releases: DispatchRelease, endAt: Date | null = null) {
  const snapshot = { releases: new Map([['r1', releases]]) } as unknown as CatalogSnapshot;
  return createOfferSigner(keyring, snapshot, { id: 'c1', endAt }, now);
}

it('signs what vehicles verify, whatever the texts hold', () => {
  const signer = signerOf(release);
  for (const [version, vin] of [
    [1, 'WVWZZZ1JZXW000001'],
    [27, 'WVWZZZ1JZXW000002'],
  ] as const) {
    const document = signer.sign({ vin, version, attempt: 2, steps });
    const message = JSON.parse(directorMessage(document, (who, sha) => `http://x/${sha}?vin=${who}`, now));
    expect(verifyEnvelope(message, [pinned])).toBe(true);
    expect(DirectorTargets.parse(message.signed)).toMatchObject({
      vin,
      version,
      attempt: 2,
      campaignId: 'c1',
    });
    expect(message.urls).toEqual({ [sha256]: `http://x/${sha256}?vin=${vin}` });
    expect(verifyEnvelope({ ...message, signed: { ...message.signed, version: 99 } }, [pinned])).toBe(false);
    const back = readDocument(document.envelope).document;
    expect({ ...back, expiresAt: 0 }).toEqual({ ...document, expiresAt: 0 });
  }
});

it('has one basis for what says the same, and another for what does not', () => {
  const basis = signerOf(release).basisOf(1, steps);
  expect(signerOf(release).basisOf(1, [...steps])).toBe(basis);
  expect(signerOf(release).basisOf(2, steps)).not.toBe(basis);
  expect(signerOf({ ...release, releaseCounter: 4 }).basisOf(1, steps)).not.toBe(basis);
  expect(signerOf(release, new Date('2026-12-01T00:00:00Z')).basisOf(1, steps)).not.toBe(basis);
});
