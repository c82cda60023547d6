import { createCipheriv, createHash } from 'node:crypto';
import { Readable } from 'node:stream';

const CHUNK = Buffer.alloc(64 * 1024);

/** A file that is the same for the same name: 200 to 700 kB that do not compress. */
export function artifactBytes(name: string): Readable {
  const seed = createHash('sha256').update(`artifact|${name}`).digest();
  const length = 200_000 + (seed.readUInt32BE(28) % 500_000);
  return Readable.from(pieces(seed, length));
}

function* pieces(seed: Buffer, length: number): Generator<Buffer> {
  const cipher = createCipheriv('aes-128-ctr', seed.subarray(0, 16), Buffer.alloc(16));
  for (let left = length; left > 0; left -= CHUNK.length) {
    yield cipher.update(CHUNK.subarray(0, Math.min(left, CHUNK.length)));
  }
}
