import { describe, expect, it } from 'vitest';
import { signPayloadUrl, verifyPayloadUrl } from './signed-url.ts';

const secret = 'a secret of the payload server';
const now = new Date('2026-11-23T12:00:00Z');
const grant = {
  baseUrl: 'http://payload.example:3080',
  secret,
  vin: 'WVWZZZ1JZXW000001',
  sha256: 'ab'.repeat(32),
  expiresAt: new Date('2026-11-23T12:15:00Z'),
};
const url = new URL(signPayloadUrl(grant));

describe('a payload URL', () => {
  it('is granted to its vehicle for its artifact until it expires', () => {
    const { vin, sha256, expiresAt } = grant;
    expect(verifyPayloadUrl(secret, url, now)).toEqual({ kind: 'granted', vin, sha256, expiresAt });
    expect(verifyPayloadUrl(secret, url, expiresAt)).toEqual({ kind: 'expired' });
  });

  it.each([
    ['another vehicle', 'vin', 'WVWZZZ1JZXW000002'],
    ['a later end', 'expires', '1900000000'],
    ['another signature', 'signature', 'A'.repeat(43)],
  ])('is forged for %s', (_, name, value) => {
    const changed = new URL(url);
    changed.searchParams.set(name, value);
    expect(verifyPayloadUrl(secret, changed, now)).toEqual({ kind: 'forged' });
  });

  it('is forged for another artifact and under another secret', () => {
    const other = new URL(url.href.replace('ab', 'cd'));
    expect(verifyPayloadUrl(secret, other, now)).toEqual({ kind: 'forged' });
    expect(verifyPayloadUrl('another secret here', url, now)).toEqual({ kind: 'forged' });
  });

  it.each(['/artifacts/', '/artifacts/xyz?vin=1', '/', `/artifacts/${grant.sha256}`])(
    'is malformed as %s',
    (path) => {
      expect(verifyPayloadUrl(secret, new URL(path, grant.baseUrl), now)).toEqual({ kind: 'malformed' });
    },
  );
});
