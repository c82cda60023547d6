import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { get, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../log.ts';
import { openFileStore } from './file-store.ts';
import { createPayloadServer } from './server.ts';
import { signPayloadUrl } from './signed-url.ts';
import type { ArtifactStore, StoredArtifact } from './store.ts';

const secret = 'a secret of the payload server';
const vin = 'WVWZZZ1JZXW000001';
const content = randomBytes(300_000);

let directory: string;
let files: ArtifactStore;
let stored: StoredArtifact;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'roadcast-payload-'));
  files = openFileStore(directory);
  stored = await files.put(Readable.from([content.subarray(0, 100_000), content.subarray(100_000)]));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function listen(store: ArtifactStore): Promise<{ server: Server; baseUrl: string }> {
  const server = createPayloadServer({ store, secret, log: silentLog() });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { server, baseUrl: `http://127.0.0.1:${port}` };
}

/** A request by hand, because `fetch` changes ranges and encodings. */
async function ask(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const sent = request(url, { method, headers });
  sent.end();
  const [response] = await once(sent, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}

describe.each([
  ['local files', () => files],
  ['a remote store', () => ({ ...files, directory: undefined })],
])('the payload server on %s', (_, store) => {
  let server: Server;
  let url: string;
  let baseUrl: string;
  beforeAll(async () => {
    ({ server, baseUrl } = await listen(store()));
    url = signPayloadUrl({
      baseUrl,
      secret,
      vin,
      sha256: stored.sha256,
      expiresAt: new Date(Date.now() + 60_000),
    });
  });
  afterAll(async () => {
    server.close();
    await once(server, 'close');
  });

  it('serves the whole file', async () => {
    const { status, headers, body } = await ask(url);
    expect(status).toBe(200);
    expect(headers.etag).toBe(`"${stored.sha256}"`);
    expect(headers['content-length']).toBe('300000');
    expect(body.equals(content)).toBe(true);
  });

  it('answers HEAD without content', async () => {
    const { status, headers, body } = await ask(url, {}, 'HEAD');
    expect([status, headers['content-length'], body.length]).toEqual([200, '300000', 0]);
  });

  it.each([
    ['bytes=100000-', 100_000, 300_000],
    ['bytes=0-0', 0, 1],
    ['bytes=-5', 299_995, 300_000],
    ['bytes=299990-999999', 299_990, 300_000],
  ])('serves %s', async (range, start, end) => {
    const { status, headers, body } = await ask(url, { range });
    expect(status).toBe(206);
    expect(headers['content-range']).toBe(`bytes ${start}-${end - 1}/300000`);
    expect(body.equals(content.subarray(start, end))).toBe(true);
  });

  it('goes on only with the same file', async () => {
    const range = 'bytes=10-19';
    expect((await ask(url, { range, 'if-range': `"${stored.sha256}"` })).status).toBe(206);
    expect((await ask(url, { range, 'if-range': '"another"' })).status).toBe(200);
    expect((await ask(url, { 'if-none-match': `"${stored.sha256}"` })).status).toBe(304);
  });

  it('refuses a range beyond the end', async () => {
    const { status, headers, body } = await ask(url, { range: 'bytes=300000-' });
    expect([status, headers['content-range']]).toEqual([416, 'bytes */300000']);
    expect(JSON.parse(body.toString()).error.code).toBe('range_not_satisfiable');
  });

  it.each([
    [
      'another signature',
      () => url.replace(/signature=.*/, `signature=${'A'.repeat(43)}`),
      403,
      'bad_signature',
    ],
    ['no signature', () => url.replace(/\?.*/, ''), 403, 'malformed_url'],
    ['an expired URL', () => signed(stored.sha256, -1), 410, 'url_expired'],
    ['an unknown file', () => signed('00'.repeat(32), 60_000), 404, 'no_such_artifact'],
    ['anything else', () => `${baseUrl}/secrets.json`, 404, 'not_found'],
  ])('refuses %s', async (_name, target, status, code) => {
    const answer = await ask(target());
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body.toString()).error.code).toBe(code);
    expect(answer.headers.etag).toBeUndefined();
  });

  it('refuses to be written to, and tells its health', async () => {
    expect((await ask(url, {}, 'PUT')).status).toBe(405);
    expect(await statusOf(baseUrl, '//')).toBe(400);
    expect((await ask(`${baseUrl}/healthz`)).status).toBe(200);
    expect((await ask(`${baseUrl}/metrics`)).body.toString()).toContain('roadcast_payload_requests_total');
  });

  /** `fetch` and `URL` would put the target right. */
  function statusOf(base: string, path: string): Promise<number | undefined> {
    const { hostname, port } = new URL(base);
    return new Promise((resolve, reject) => {
      get({ hostname, port, path }, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
    });
  }

  function signed(sha256: string, ms: number): string {
    return signPayloadUrl({ baseUrl, secret, vin, sha256, expiresAt: new Date(Date.now() + ms) });
  }
});
