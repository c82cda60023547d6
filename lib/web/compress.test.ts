import {
  createServer,
  get,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { compressAnswer, encodingOf } from './compress.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(answer: (response: ServerResponse) => void): Promise<number> {
  server = createServer((incoming, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    compressAnswer(incoming, response);
    answer(response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

async function ask(port: number, accepted?: string, path = '/') {
  const headers = accepted === undefined ? {} : { 'accept-encoding': accepted };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ port, host: '127.0.0.1', path, headers }, resolve).on('error', reject);
  });
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part);
  const body = Buffer.concat(parts);
  const encoding = answer.headers['content-encoding'];
  const text = encoding === 'gzip' ? gunzipSync(body) : encoding === 'zstd' ? zstdDecompressSync(body) : body;
  return { headers: answer.headers, status: answer.statusCode, length: body.length, text: text.toString() };
}

const LONG = '<p>Ünïcode line</p>\n'.repeat(500);

test.each([
  ['gzip, deflate, br, zstd', 'zstd'],
  ['gzip, deflate, br', 'gzip'],
  ['GZIP;q=0.5', 'gzip'],
  ['gzip;q=0, zstd;q=0.0', undefined],
  ['br', undefined],
  ['', undefined],
  [undefined, undefined],
])('of "%s" it takes %s', (accepted, encoding) => {
  expect(encodingOf(accepted)).toBe(encoding);
});

test.each(['gzip', 'zstd'])('a whole answer is compressed by %s, with its length', async (encoding) => {
  const port = await serve((response) => {
    response.setHeader('Vary', 'rsc');
    response.setHeader('Content-Length', Buffer.byteLength(LONG));
    response.end(LONG);
  });
  const { headers, length, text } = await ask(port, encoding);
  expect(headers).toMatchObject({ 'content-encoding': encoding, vary: 'rsc, Accept-Encoding' });
  expect(Number(headers['content-length'])).toBe(length);
  expect(length).toBeLessThan(LONG.length / 10);
  expect(text).toBe(LONG);
});

test('what is short, of another kind, encoded already or without a body stays as it is', async () => {
  const port = await serve((response) => {
    const path = response.req.url ?? '';
    if (path === '/image') response.setHeader('Content-Type', 'image/png');
    if (path === '/encoded') response.setHeader('Content-Encoding', 'br');
    if (path === '/same') response.statusCode = 304;
    if (path === '/same') response.end();
    else response.end(path === '/short' ? 'short' : LONG);
  });
  for (const path of ['/image', '/short']) {
    expect((await ask(port, 'gzip', path)).headers['content-encoding']).toBeUndefined();
  }
  expect((await ask(port, 'gzip', '/encoded')).headers['content-encoding']).toBe('br');
  expect(await ask(port, 'gzip', '/same')).toMatchObject({ status: 304, length: 0 });
  expect((await ask(port)).text).toBe(LONG);
});

test.each(['gzip', 'zstd'])('a page that comes in parts is seen in parts by %s', async (encoding) => {
  let finish: () => void = () => undefined;
  const port = await serve((response) => {
    response.flushHeaders();
    response.write(LONG);
    finish = () => response.end('the rest');
  });
  const seen = await new Promise<IncomingMessage>((resolve) => {
    get({ port, host: '127.0.0.1', headers: { 'accept-encoding': encoding } }, resolve);
  });
  let bytes = 0;
  let ended = false;
  seen.on('data', (part: Buffer) => {
    bytes += part.length;
  });
  seen.on('end', () => {
    ended = true;
  });
  await vi.waitFor(() => expect(bytes).toBeGreaterThan(20));
  expect(ended).toBe(false);
  finish();
  await vi.waitFor(() => expect(ended).toBe(true));
});

test('an answer longer than what may wait arrives whole, and whoever writes is told to pause and to go on', async () => {
  const piece = Buffer.from(Array.from({ length: 40_000 }, () => Math.random().toString(36)[2]).join(''));
  let pauses = 0;
  const port = await serve((response) => {
    let left = 50;
    const go = () => {
      while (left > 0) {
        left -= 1;
        if (response.write(piece)) continue;
        pauses += 1;
        response.once('drain', go);
        return;
      }
      response.end();
    };
    go();
  });
  const { text } = await ask(port, 'gzip');
  expect(text.length).toBe(50 * piece.length);
  expect(pauses).toBeGreaterThan(5);
});

test.each(['gzip', 'zstd'])(
  'whoever writes to a client that takes nothing is not told to go on (%s)',
  async (encoding) => {
    const rows = () =>
      Array.from(
        { length: 250 },
        () => `${Math.random().toString(36).slice(2, 6)};Aurora;2025;EU;1.4.2;online;ok`,
      ).join('\n');
    let taken = 0;
    server = createServer((incoming, response) => {
      response.setHeader('Content-Type', 'text/csv');
      response.write = () => false;
      Object.defineProperty(response, 'writableNeedDrain', { get: () => true });
      compressAnswer(incoming, response);
      const go = () => {
        while (taken < 1_000) {
          taken += 1;
          if (response.write(rows())) continue;
          response.once('drain', go);
          return;
        }
      };
      go();
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const asked = get({ port, host: '127.0.0.1', headers: { 'accept-encoding': encoding } });
    asked.on('error', () => undefined);
    let before = -1;
    await vi.waitFor(
      () => {
        const now = taken;
        const stands = now > 0 && now === before;
        before = now;
        expect(stands).toBe(true);
      },
      { timeout: 20_000, interval: 300 },
    );
    asked.destroy();
    // Twice its buffers at most; going on at each of its own drains would be three times as much.
    expect(taken).toBeLessThan(140);
  },
);

test('a browser that goes away midway ends it', async () => {
  const closed = vi.fn();
  const port = await serve((response) => {
    response.on('close', closed);
    const timer = setInterval(() => response.write(LONG), 5);
    response.on('close', () => clearInterval(timer));
  });
  const asked = request({ port, host: '127.0.0.1', headers: { 'accept-encoding': 'gzip' } });
  asked.on('error', () => undefined);
  asked.on('response', (answer) => answer.once('data', () => asked.destroy()));
  asked.end();
  await vi.waitFor(() => expect(closed).toHaveBeenCalled());
});
