import { createPrivateKey, type KeyObject } from 'node:crypto';
import { deriveSealKey, openBytes, sealBytes } from './sealed-bytes.ts';

/** The AES-256 key under which private keys are stored, from the keyring secret. */
export function deriveSealingKey(keyringSecret: string): Uint8Array {
  return deriveSealKey(keyringSecret, 'roadcast-keyring', 'signing-keys/aes-256-gcm');
}

/** A private key as it is stored: its PKCS #8 form, sealed and bound to its key id. */
export function sealPrivateKey(
  sealingKey: Uint8Array,
  keyId: string,
  key: KeyObject,
): Uint8Array<ArrayBuffer> {
  return sealBytes(sealingKey, keyId, key.export({ format: 'der', type: 'pkcs8' }));
}

/** Opens a stored private key; throws where the secret is another one, or the bytes or key id were changed. */
export function openPrivateKey(sealingKey: Uint8Array, keyId: string, sealed: Uint8Array): KeyObject {
  return createPrivateKey({ key: openBytes(sealingKey, keyId, sealed), format: 'der', type: 'pkcs8' });
}
