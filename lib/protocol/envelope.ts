import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import type { EnvelopeSignature } from './ota-update.ts';
import { tufCanonicalJson } from './tuf-canonical-json.ts';

/** Raw Ed25519 public key: 32 bytes in lower-case hex. */
export const PublicKeyHex = z.string().regex(/^[0-9a-f]{64}$/, 'an Ed25519 public key: 32 bytes in hex');
export type PublicKeyHex = z.infer<typeof PublicKeyHex>;

/** A key that a TCU trusts for one role; `keyid` is `keyIdOf(public)`. */
export const PinnedKey = z.looseObject({ keyid: z.string().regex(/^[0-9a-f]{64}$/), public: PublicKeyHex });
export type PinnedKey = z.infer<typeof PinnedKey>;

/** Every key that a TCU is built with, by role; one valid signature by a key of the role is enough. */
export const PinnedKeys = z.looseObject({ director: z.array(PinnedKey), announcement: z.array(PinnedKey) });
export type PinnedKeys = z.infer<typeof PinnedKeys>;

const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const imported = new Map<string, KeyObject>();

/** TUF key id: SHA-256 of the canonical JSON of the key object (TUF 1.0 §4.2). */
export function keyIdOf(publicKeyHex: string): string {
  const key = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: publicKeyHex } };
  return createHash('sha256').update(tufCanonicalJson(key), 'utf8').digest('hex');
}

/** Raw hex form of an Ed25519 key (private or public). */
export function publicKeyHexOf(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length).toString('hex');
}

/** A pinned key as the TCU keeps it, from an Ed25519 key (private or public). */
export function pinnedKeyOf(key: KeyObject): PinnedKey {
  const publicHex = publicKeyHexOf(key);
  return { keyid: keyIdOf(publicHex), public: publicHex };
}

/** Signs `signed` with an Ed25519 private key, as TUF does. Throws a `TypeError` on fractions. */
export function signEnvelope(signed: unknown, privateKey: KeyObject, keyid?: string): EnvelopeSignature {
  return signCanonical(tufCanonicalJson(signed), privateKey, keyid ?? keyIdOf(publicKeyHexOf(privateKey)));
}

/** As `signEnvelope`, of a value that is TUF's canonical JSON already. */
export function signCanonical(canonical: string, privateKey: KeyObject, keyid: string): EnvelopeSignature {
  return { keyid, sig: sign(null, Buffer.from(canonical, 'utf8'), privateKey).toString('hex') };
}

/**
 * Tells whether at least one signature is valid and by one of the pinned keys. `signed` must be the value as
 * parsed from the wire, before any schema filled in defaults. Never throws.
 */
export function verifyEnvelope(
  envelope: { signed: unknown; signatures: readonly EnvelopeSignature[] },
  pinned: readonly PinnedKey[],
): boolean {
  try {
    const bytes = Buffer.from(tufCanonicalJson(envelope.signed), 'utf8');
    return envelope.signatures.some(({ keyid, sig }) => {
      const key = pinned.find((candidate) => candidate.keyid === keyid);
      return key !== undefined && verify(null, bytes, importKey(key.public), Buffer.from(sig, 'hex'));
    });
  } catch {
    return false;
  }
}

function importKey(publicKeyHex: string): KeyObject {
  let key = imported.get(publicKeyHex);
  if (!key) {
    const der = Buffer.concat([spkiPrefix, Buffer.from(publicKeyHex, 'hex')]);
    key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    imported.set(publicKeyHex, key);
  }
  return key;
}
