import type { z } from 'zod';
import { AppError, ValidationError } from '#lib/errors.ts';

const MEBIBYTE = 1024 * 1024;
/** A campaign with a pasted list of VINs is the largest thing that comes as JSON. */
const JSON_BYTES = 8 * MEBIBYTE;

/** The body as text; one above `maxBytes` is refused as soon as that many have come, not when all are here. */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) {
      const limit = `${Math.round(maxBytes / MEBIBYTE)} MiB`;
      throw new AppError('too_large', `This is too large; at most ${limit} are taken.`, 413);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The body as input of a service, which checks it when called; what is no JSON is a `ValidationError`. */
export async function readInput<Input extends z.ZodType>(
  _service: { input: Input },
  request: Request,
): Promise<z.input<Input>> {
  const text = await readText(request, JSON_BYTES);
  try {
    return JSON.parse(text) as z.input<Input>;
  } catch {
    throw new ValidationError('The body is not JSON.');
  }
}

/** Postgres holds no NUL in a text, so nothing has an address with one. */
export function refuseNul(url: string): void {
  if (/%00/.test(url)) throw new ValidationError('The address holds a NUL character.');
}
