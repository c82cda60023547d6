import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

const ivBytes = 12;
const tagBytes = 16;

/** The AES-256 key under which private keys are stored, by HKDF-SHA256 (RFC 5869) from the keyring secret. */
export function deriveSealingKey(keyringSecret: string): Uint8Array {
  return new Uint8Array(
    hkdfSync('sha256', keyringSecret, 'roadcast-keyring', 'signing-keys/aes-256-gcm', 32),
  );
}

/** A private key as it is stored: nonce, tag and ciphertext of its PKCS #8 form; bound to its key id. */
export function sealPrivateKey(
  sealingKey: Uint8Array,
  keyId: string,
  key: KeyObject,
): Uint8Array<ArrayBuffer> {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', sealingKey, iv);
  cipher.setAAD(Buffer.from(keyId, 'utf8'));
  const sealed = Buffer.concat([cipher.update(key.export({ format: 'der', type: 'pkcs8' })), cipher.final()]);
  return new Uint8Array(Buffer.concat([iv, cipher.getAuthTag(), sealed]));
}

/** Opens a stored private key; throws where the secret is another one, or the bytes or key id were changed. */
export function openPrivateKey(sealingKey: Uint8Array, keyId: string, sealed: Uint8Array): KeyObject {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv('aes-256-gcm', sealingKey, bytes.subarray(0, ivBytes));
  decipher.setAAD(Buffer.from(keyId, 'utf8'));
  decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
  const der = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}
