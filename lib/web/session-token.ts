import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The value of a cookie that better-auth signed (`value.base64(HMAC-SHA256(value))`, as one URL-encoded text), or
 * undefined where there is none, where it is there twice, or where the signature is not ours.
 */
export function signedCookie(header: string | null, name: string, secret: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  const [pair, ...others] = pairs.filter((one) => one.startsWith(`${name}=`));
  if (pair === undefined || others.length > 0) return undefined;
  const text = decoded(pair.slice(name.length + 1));
  const dot = text?.lastIndexOf('.') ?? -1;
  if (text === undefined || dot < 1) return undefined;
  const value = text.slice(0, dot);
  const given = Buffer.from(text.slice(dot + 1), 'base64');
  const ours = createHmac('sha256', secret).update(value).digest();
  return given.length === ours.length && timingSafeEqual(given, ours) ? value : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
