import { type FileHandle, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeRecord, type JournalRecord } from './journal-record.ts';

const suffix = '.journal';

/** A stretch of the journal in a file of its own. */
export type Segment = {
  readonly index: number;
  readonly path: string;
  readonly file: FileHandle;
  /** Where the next record goes; what stands behind it is not whole. */
  length: number;
};

export async function createSegment(directory: string, index: number): Promise<Segment> {
  const path = join(directory, `${String(index).padStart(12, '0')}${suffix}`);
  return { index, path, file: await open(path, 'wx+'), length: 0 };
}

/** The segments that are there, oldest first. */
export async function openSegments(directory: string): Promise<Segment[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(suffix)).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      return { index: Number.parseInt(name, 10), path, file: await open(path, 'r'), length: 0 };
    }),
  );
}

/**
 * Adds bytes at the end. After a write that failed the next one begins at the same place, so that all that was
 * ever said to be written stands in front of what is not whole.
 */
export async function appendTo(segment: Segment, bytes: Buffer): Promise<void> {
  const { bytesWritten } = await segment.file.write(bytes, 0, bytes.length, segment.length);
  if (bytesWritten < bytes.length) {
    throw new Error(`${segment.path}: ${bytesWritten} of ${bytes.length} bytes were written`);
  }
  segment.length += bytes.length;
}

export async function readFrom(segment: Segment, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  const { bytesRead } = await segment.file.read(bytes, 0, length, offset);
  return bytes.subarray(0, bytesRead);
}

/** All whole records of a segment, with their places. Tells how many bytes stand behind the last of them. */
export async function replaySegment(
  segment: Segment,
  onRecord: (record: JournalRecord, offset: number, length: number) => void,
): Promise<number> {
  const bytes = await readFile(segment.path);
  let at = 0;
  for (let found = decodeRecord(bytes, at); found; found = decodeRecord(bytes, at)) {
    onRecord(found.record, at, found.end - at);
    at = found.end;
  }
  segment.length = at;
  return bytes.length - at;
}

export async function removeSegment(segment: Segment): Promise<void> {
  await segment.file.close();
  await rm(segment.path, { force: true });
}
