import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ByteRange } from './store.ts';

const DEFAULTS = {
  /** Bytes of a file that are read, kept and handed out together. */
  pieceBytes: 512 * 1024,
  /** Pieces that are kept of what was handed out last. */
  mostKept: 128,
  /** Where nobody downloads for so long, nothing is kept. */
  quietMs: 30_000,
};

export type Pieces = {
  /** These bytes of a file, read with all who ask for the same; they must not be written to. */
  stream(storeKey: string, range: ByteRange): Readable;
};

/**
 * Pieces of the files under `directory`. The vehicles of a campaign download the same few files at about the same
 * time: what one of them has been sent is at hand for the others, without a trip to the disk and without a copy of
 * its own. A file never changes, because its name is the hash of its content.
 */
export function openPieces(directory: string, { pieceBytes, mostKept, quietMs } = DEFAULTS): Pieces {
  /** The one that was used longest ago first. */
  const kept = new Map<string, Promise<Buffer>>();
  let quiet: NodeJS.Timeout | undefined;

  const pieceOf = (storeKey: string, index: number, read: () => Promise<Buffer>): Promise<Buffer> => {
    const name = `${index} ${storeKey}`;
    let piece = kept.get(name);
    if (piece) kept.delete(name);
    else {
      piece = read();
      piece.catch(() => kept.delete(name));
    }
    kept.set(name, piece);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return piece;
  };

  async function* parts(storeKey: string, { start, end }: ByteRange): AsyncGenerator<Buffer> {
    let file: FileHandle | undefined;
    try {
      for (let at = start; at <= end; ) {
        const index = Math.floor(at / pieceBytes);
        const from = index * pieceBytes;
        const piece = await pieceOf(storeKey, index, async () => {
          file ??= await open(join(directory, storeKey));
          return readAt(file, from, pieceBytes);
        });
        const part = piece.subarray(at - from, end + 1 - from);
        if (part.length === 0) throw new Error(`${storeKey} ends at ${at}, before ${end}`);
        yield part;
        at += part.length;
      }
    } finally {
      await file?.close();
      quiet = quiet?.refresh() ?? setTimeout(() => kept.clear(), quietMs).unref();
    }
  }

  // Nothing ahead: each slow vehicle would hold another piece.
  return { stream: (storeKey, range) => Readable.from(parts(storeKey, range), { highWaterMark: 0 }) };
}

/** The piece that begins here; shorter where the file ends. */
async function readAt(file: FileHandle, from: number, most: number): Promise<Buffer> {
  const piece = Buffer.allocUnsafeSlow(most);
  let length = 0;
  while (length < most) {
    const { bytesRead } = await file.read(piece, length, most - length, from + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return piece.subarray(0, length);
}
