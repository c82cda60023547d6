import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { Key, Metadata, MetadataKind, Root } from '@tufjs/models';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pinnedKeyOf, signEnvelope, verifyEnvelope } from './envelope.ts';
import { tufCanonicalJson } from './tuf-canonical-json.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const pinned = pinnedKeyOf(privateKey);
const signed = {
  _type: 'targets',
  spec_version: '1.0.31',
  version: 7,
  expires: '2036-11-23T00:00:00Z',
  issuedAt: '2026-11-23T00:00:00Z',
  vin: 'WVWZZZ1JZXW000001',
  campaignId: 'c1',
  attempt: 1,
  targets: {
    'IVI.bin': {
      length: 3,
      hashes: { sha256: 'a'.repeat(64) },
      custom: { version: '2.11.0', userInformation: { de: { what: 'Zeile 1\n"Zeile\\ 2" €🚗' } } },
    },
  },
};

const anyJson = fc.letrec((tie) => ({
  any: fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('any'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).any;

describe('an envelope', () => {
  it('is valid by a pinned key and by no other', () => {
    const envelope = { signed, signatures: [signEnvelope(signed, privateKey)] };
    expect(verifyEnvelope(envelope, [pinned])).toBe(true);
    expect(verifyEnvelope(envelope, [])).toBe(false);
    expect(verifyEnvelope(envelope, [pinnedKeyOf(generateKeyPairSync('ed25519').privateKey)])).toBe(false);
    expect(verifyEnvelope({ ...envelope, signed: { ...signed, version: 8 } }, [pinned])).toBe(false);
    expect(verifyEnvelope({ ...envelope, signatures: [] }, [pinned])).toBe(false);
    expect(verifyEnvelope({ ...envelope, signed: { fraction: 0.5 } }, [pinned])).toBe(false);
  });

  it('is not made valid by naming a trusted key over a foreign signature', () => {
    const foreign = generateKeyPairSync('ed25519').privateKey;
    const signatures = [{ ...signEnvelope(signed, foreign), keyid: pinned.keyid }];
    expect(verifyEnvelope({ signed, signatures }, [pinned])).toBe(false);
  });

  it('verifies with the reference implementation of TUF, whatever it holds', () => {
    const root = new Metadata(
      new Root({ specVersion: '1.0.31', version: 1, expires: '2036-11-23T00:00:00Z' }),
    );
    const { keyid, public: publicHex } = pinned;
    const key = new Key({
      keyID: keyid,
      keyType: 'ed25519',
      scheme: 'ed25519',
      keyVal: { public: publicHex },
    });
    root.signed.addKey(key, 'targets');
    fc.assert(
      fc.property(anyJson, (x) => {
        const document = { ...signed, x };
        const envelope = { signed: document, signatures: [signEnvelope(document, privateKey)] };
        const targets = Metadata.fromJSON(MetadataKind.Targets, JSON.parse(JSON.stringify(envelope)));
        expect(() => root.verifyDelegate('targets', targets)).not.toThrow();
      }),
      { numRuns: 50 },
    );
  });

  it('has the key id of the TUF specification', () => {
    // RFC 8032 §7.1, test 1.
    const seed = Buffer.from(
      `302e020100300506032b657004220420${'9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'}`,
      'hex',
    );
    const known = pinnedKeyOf(createPrivateKey({ key: seed, format: 'der', type: 'pkcs8' }));
    expect(known.public).toBe('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
    expect(known.keyid).toBe('74c181c7ad8a0855d4b55e44d2ba87aabdddb196832571f15f92fece332e4916');
  });
});

describe('canonical JSON of TUF', () => {
  it('refuses fractions and undefined', () => {
    expect(() => tufCanonicalJson(0.5)).toThrow(TypeError);
    expect(() => tufCanonicalJson({ a: undefined })).toThrow(TypeError);
  });
});
