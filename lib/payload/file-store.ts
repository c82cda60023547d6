import { createReadStream } from 'node:fs';
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { flush, type Measured, measureFile, stageFile } from './measure-file.ts';
import { openPieces } from './pieces.ts';
import { type ArtifactStore, type StoredArtifact, storeKeyOf } from './store.ts';

/** Where more download at once, each reads for itself and little at a time: slow ones keep what they are sent. */
const MANY = 256;
const LITTLE_BYTES = 64 * 1024;

/** Files under `DATA_DIR/artifacts`. */
export function openFileStore(dataDir: string): ArtifactStore {
  const directory = join(dataDir, 'artifacts');
  const staging = join(dataDir, 'artifacts', '.staging');
  const pieces = openPieces(directory);
  let reading = 0;

  const settle = async (path: string, { sha256, length }: Measured): Promise<StoredArtifact> => {
    const storeKey = storeKeyOf(sha256);
    const target = join(directory, storeKey);
    await mkdir(dirname(target), { recursive: true });
    await move(path, target, join(staging, sha256));
    return { sha256, length, storeKey };
  };

  return {
    directory,
    async put(source) {
      const { path, ...measured } = await stageFile(staging, source);
      return settle(path, measured);
    },
    async adopt(path) {
      const measured = await measureFile(path);
      await flush(path);
      return settle(path, measured);
    },
    async lengthOf(storeKey) {
      try {
        return (await stat(join(directory, storeKey))).size;
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return null;
        throw error;
      }
    },
    async read(storeKey, range) {
      const source =
        reading < MANY
          ? pieces.stream(storeKey, range)
          : createReadStream(join(directory, storeKey), { ...range, highWaterMark: LITTLE_BYTES });
      reading += 1;
      return source.once('close', () => {
        reading -= 1;
      });
    },
    async remove(storeKey) {
      await rm(join(directory, storeKey), { force: true });
    },
  };
}

/** Renames; across file systems it copies beside the target first, so that the target appears whole. */
async function move(from: string, to: string, beside: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    await mkdir(dirname(beside), { recursive: true });
    await copyFile(from, beside);
    await flush(beside);
    await rename(beside, to);
    await rm(from, { force: true });
  }
}

function codeOf(error: unknown): unknown {
  return Reflect.get(Object(error), 'code');
}
