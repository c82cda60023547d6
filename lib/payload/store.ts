import type { Readable } from 'node:stream';
import type { Config } from '../config.ts';
import { openFileStore } from './file-store.ts';
import { openS3Store } from './s3-store.ts';

export type StoredArtifact = { sha256: string; length: number; storeKey: string };

/** Bytes `start` to `end`, both inclusive as in HTTP. */
export type ByteRange = { start: number; end: number };

/** Where payload files are kept, under their content's hash. Equal content is stored once. */
export type ArtifactStore = {
  /** Takes a stream in; hash and length are computed on the way, and the file appears whole or not at all. */
  put(source: Readable): Promise<StoredArtifact>;
  /** Takes over a finished local file, which is gone from its place afterwards. */
  adopt(path: string): Promise<StoredArtifact>;
  /** Length of a stored file, or null where there is none. */
  lengthOf(storeKey: string): Promise<number | null>;
  /** These bytes of a stored file, which must not be written to. */
  read(storeKey: string, range: ByteRange): Promise<Readable>;
  remove(storeKey: string): Promise<void>;
  /** Directory of the files, where they are local ones. */
  readonly directory: string | undefined;
};

/** Key of a file in every store; derived, so that serving one needs no look-up. */
export function storeKeyOf(sha256: string): string {
  return `${sha256.slice(0, 2)}/${sha256}`;
}

/** The store that the configuration names: a bucket where `S3_BUCKET` is set, else files under `DATA_DIR`. */
export function openArtifactStore(config: Pick<Config, 'dataDir' | 'payload'>): ArtifactStore {
  const { s3 } = config.payload;
  return s3 === undefined ? openFileStore(config.dataDir) : openS3Store(s3, config.dataDir);
}
