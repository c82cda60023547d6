import { createHash, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/** What the database keeps of a vehicle's credential; the credential itself is shown once and forgotten. */
export type StoredCredential = {
  salt: Uint8Array<ArrayBuffer>;
  hash: Uint8Array<ArrayBuffer>;
  mosquittoHash: string;
};

const mosquittoIterations = 101;

/** A new credential: 32 random bytes in base64url. */
export function makeCredential(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 of salt and credential. A fast hash is enough, because a credential is 32 random bytes. */
export function hashCredential(salt: Uint8Array, credential: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(salt).update(credential, 'utf8').digest());
}

/** Everything to store for a credential, Mosquitto's form included (`mosquitto_passwd`, PBKDF2-SHA512). */
export function storedCredentialOf(credential: string): StoredCredential {
  const salt = new Uint8Array(randomBytes(16));
  return { salt, hash: hashCredential(salt, credential), mosquittoHash: mosquittoHashOf(credential) };
}

/** A password as a Mosquitto 2 password file holds it after the user name and a colon. */
export function mosquittoHashOf(password: string): string {
  const salt = randomBytes(12);
  const derived = pbkdf2Sync(password, salt, mosquittoIterations, 64, 'sha512');
  return `$7$${mosquittoIterations}$${salt.toString('base64')}$${derived.toString('base64')}`;
}

/** Compares in constant time. */
export function isCredential(stored: { salt: Uint8Array; hash: Uint8Array }, credential: string): boolean {
  const hash = hashCredential(stored.salt, credential);
  return hash.length === stored.hash.length && timingSafeEqual(hash, stored.hash);
}
