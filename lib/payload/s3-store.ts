import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Config } from '../config.ts';
import { NotFoundError } from '../errors.ts';
import { type Measured, measureFile, stageFile } from './measure-file.ts';
import { type ArtifactStore, type StoredArtifact, storeKeyOf } from './store.ts';

/** Larger files go in parts of this size, of which S3 allows 10,000. */
const PART_BYTES = 64 * 1024 * 1024;

/** Objects in a bucket; files are staged under `DATA_DIR`, because their key is their hash. */
export function openS3Store(settings: NonNullable<Config['payload']['s3']>, dataDir: string): ArtifactStore {
  const { endpoint, bucket: Bucket, region, accessKeyId, secretAccessKey } = settings;
  const client = new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
  });

  const lengthOf = async (Key: string) => {
    try {
      return (await client.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength ?? null;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  };
  const settle = async (path: string, { sha256, length }: Measured): Promise<StoredArtifact> => {
    const storeKey = storeKeyOf(sha256);
    if ((await lengthOf(storeKey)) !== length) await upload(client, Bucket, storeKey, path, length);
    await rm(path, { force: true });
    return { sha256, length, storeKey };
  };

  return {
    directory: undefined,
    async put(source) {
      const { path, ...measured } = await stageFile(join(dataDir, 'artifacts', '.staging'), source);
      return settle(path, measured);
    },
    adopt: async (path) => settle(path, await measureFile(path)),
    lengthOf,
    async read(Key, range) {
      const Range = `bytes=${range.start}-${range.end}`;
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, Range }));
      if (Body instanceof Readable) return Body;
      throw new NotFoundError('The bucket answered without content.', { key: Key });
    },
    async remove(Key) {
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
    },
  };
}

async function upload(client: S3Client, Bucket: string, Key: string, path: string, length: number) {
  if (length <= PART_BYTES) {
    await client.send(
      new PutObjectCommand({ Bucket, Key, Body: createReadStream(path), ContentLength: length }),
    );
    return;
  }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  try {
    const parts = [];
    for (let start = 0, PartNumber = 1; start < length; start += PART_BYTES, PartNumber += 1) {
      const end = Math.min(start + PART_BYTES, length) - 1;
      const Body = createReadStream(path, { start, end });
      const { ETag } = await client.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ContentLength: end - start + 1 }),
      );
      parts.push({ ETag, PartNumber });
    }
    await client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts: parts } }),
    );
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const name = Reflect.get(Object(error), 'name');
  return name === 'NotFound' || name === 'NoSuchKey';
}
