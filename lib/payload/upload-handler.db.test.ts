import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Upload } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { UnauthenticatedError } from '../errors.ts';
import { silentLog } from '../log.ts';
import { createEcuType } from '../services/create-ecu-type.ts';
import { createRelease } from '../services/create-release.ts';
import { getRelease } from '../services/get-release.ts';
import { personContext } from '../services/testing.ts';
import { openFileStore } from './file-store.ts';
import type { ArtifactStore } from './store.ts';
import { createUploadHandler, type UploadHandler } from './upload-handler.ts';

let db: TestDatabase;
let directory: string;
let store: ArtifactStore;
let server: Server;
let handler: UploadHandler;
let endpoint: string;

beforeAll(async () => {
  db = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'roadcast-upload-'));
  store = openFileStore(directory);
  handler = createUploadHandler({
    directory: join(directory, 'uploads'),
    store,
    log: silentLog(),
    async contextOf(headers) {
      const role = headers.get('x-role');
      if (role === 'operator' || role === 'viewer' || role === 'admin') return personContext(db, role);
      throw new UnauthenticatedError();
    },
  });
  server = createServer((request, response) => void handler.handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  endpoint = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/api/uploads`;
});
afterAll(async () => {
  handler.stop();
  server.close();
  server.closeAllConnections();
  await db.drop();
  await rm(directory, { recursive: true, force: true });
});

type Settings = { metadata?: Record<string, string>; role?: string; stopAfter?: number; url?: string };

/** Uploads as the browser does; resolves with the answer's hash, or with `stopped` and the URL to go on. */
function upload(content: Buffer, { metadata = {}, role = 'operator', stopAfter, url }: Settings = {}) {
  return new Promise<{ sha256?: string | undefined; url: string | null }>((resolve, reject) => {
    const one: Upload = new Upload(content, {
      endpoint,
      ...(url === undefined ? {} : { uploadUrl: url }),
      metadata: { filename: 'bms.bin', ...metadata },
      headers: { 'X-Role': role },
      chunkSize: 100_000,
      retryDelays: [],
      onError: reject,
      onSuccess: ({ lastResponse }) =>
        resolve({ sha256: lastResponse.getHeader('X-Artifact-Sha256'), url: one.url }),
      onChunkComplete(_size, accepted) {
        if (stopAfter === undefined || accepted < stopAfter) return;
        void one.abort().then(() => resolve({ url: one.url }));
      },
    });
    one.start();
  });
}

const hashOf = (content: Buffer) => createHash('sha256').update(content).digest('hex');

describe('an upload', () => {
  it('is in store and catalog, and attached, when its last answer leaves', async () => {
    const ctx = personContext(db);
    await createEcuType(ctx, { name: 'BMS', versionScheme: 'semver' });
    const { id } = await createRelease(ctx, { ecuType: 'BMS', version: '1.0.0', hardwareVersions: ['A'] });
    const content = randomBytes(450_000);
    const { sha256 } = await upload(content, { metadata: { releaseId: id, sha256: hashOf(content) } });
    expect(sha256).toBe(hashOf(content));
    expect(await getRelease(ctx, { id })).toMatchObject({
      artifactSha256: sha256,
      artifactLength: 450_000,
      artifactFileName: 'bms.bin',
    });
    expect(await store.lengthOf(`${sha256?.slice(0, 2)}/${sha256}`)).toBe(450_000);
    expect(await readdir(join(directory, 'uploads'))).toEqual([]);
  });

  it('goes on where it was cut off, for the one who began it only', async () => {
    const content = randomBytes(500_000);
    const { url } = await upload(content, { stopAfter: 200_000 });
    const begun = url ?? '';
    const offsetOf = async (role: string) => {
      const head = await fetch(begun, {
        method: 'HEAD',
        headers: { 'X-Role': role, 'Tus-Resumable': '1.0.0' },
      });
      return [head.status, head.headers.get('Upload-Offset')];
    };
    const [status, offset] = await offsetOf('operator');
    expect(status).toBe(200);
    expect(Number(offset)).toBeGreaterThanOrEqual(200_000);
    expect((await offsetOf('admin'))[0]).toBe(403);
    const { sha256 } = await upload(content, { url: begun });
    expect(sha256).toBe(hashOf(content));
  });

  it.each([
    ['nobody', '401', 'nobody'],
    ['a viewer', '403', 'viewer'],
  ])('is refused to %s', async (_, status, role) => {
    await expect(upload(randomBytes(10), { role })).rejects.toThrow(status);
  });

  it.each([
    ['a name with a NUL', { filename: 'a\0b' }],
    ['a name beyond all names', { filename: 'x'.repeat(300) }],
    ['a hash that is none', { sha256: 'nonsense' }],
  ])('is refused before a byte is taken with %s', async (_, metadata) => {
    await expect(upload(randomBytes(1000), { metadata })).rejects.toThrow(/422/);
    expect(await readdir(join(directory, 'uploads'))).toEqual([]);
  });

  it('is refused where the hash is another', async () => {
    const wrong = { metadata: { sha256: 'ab'.repeat(32) } };
    await expect(upload(randomBytes(1000), wrong)).rejects.toThrow(/hash_mismatch/);
  });
});
