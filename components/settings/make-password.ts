/** Letters and digits that nobody confuses when reading them aloud. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A random password of four groups, 100 bits, e.g. `k4mnq-…`. */
export function makePassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(20));
  const text = Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return text.replace(/.{5}(?=.)/g, '$&-');
}
