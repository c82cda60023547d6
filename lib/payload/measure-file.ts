import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export type Measured = { sha256: string; length: number };

/** Passes bytes through and measures them. */
function measure(): { through: Transform; result(): Measured } {
  const hash = createHash('sha256');
  let length = 0;
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      length += chunk.length;
      done(null, chunk);
    },
  });
  return { through, result: () => ({ sha256: hash.digest('hex'), length }) };
}

/** Writes a stream into a new file of `directory`, onto the disk itself; leaves nothing behind on failure. */
export async function stageFile(directory: string, source: Readable): Promise<Measured & { path: string }> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, randomBytes(12).toString('hex'));
  const { through, result } = measure();
  try {
    await pipeline(source, through, createWriteStream(path, { flags: 'wx' }));
    await flush(path);
    return { path, ...result() };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** Hash and length of a local file. */
export async function measureFile(path: string): Promise<Measured> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk);
    length += chunk.length;
  }
  return { sha256: hash.digest('hex'), length };
}

/** Waits until a file's bytes are on the disk. */
export async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
