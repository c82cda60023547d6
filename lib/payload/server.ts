import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Counter, Registry } from 'prom-client';
import type { Log } from '../log.ts';
import { collectProcessMetrics } from '../process-metrics.ts';
import { parseRange } from './byte-range.ts';
import { verifyPayloadUrl } from './signed-url.ts';
import { type ArtifactStore, storeKeyOf } from './store.ts';

export type PayloadServerOptions = {
  store: ArtifactStore;
  /** Secret under which `signPayloadUrl` signed. */
  secret: string;
  log: Log;
  now?: () => Date;
};

type Answered = { request: IncomingMessage; response: ServerResponse; sha256: string };

/**
 * Serves artifacts to vehicles by HTTP: signed URLs, `Range`, `ETag`, `If-Range`, `HEAD`. Everything else is
 * a JSON error with a code. Also `/healthz` and `/metrics`.
 */
export function createPayloadServer(options: PayloadServerOptions): Server {
  const { store, secret, log, now = () => new Date() } = options;
  const metrics = new Registry();
  collectProcessMetrics(metrics);
  const requests = new Counter({
    name: 'roadcast_payload_requests_total',
    help: 'Requests for artifacts by status',
    labelNames: ['status'],
    registers: [metrics],
  });
  const bytes = new Counter({
    name: 'roadcast_payload_bytes_total',
    help: 'Bytes of artifacts handed to the network',
    registers: [metrics],
  });

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const target = request.url ?? '/';
    if (!URL.canParse(target, 'http://payload'))
      return refuse(response, 400, 'malformed_url', 'This is no URL.');
    const url = new URL(target, 'http://payload');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return refuse(response, 405, 'method_not_allowed', 'Only GET and HEAD are answered here.');
    }
    if (url.pathname === '/healthz') return sendJson(response, 200, { status: 'ok' });
    if (url.pathname === '/metrics') {
      response.setHeader('Content-Type', metrics.contentType);
      response.end(await metrics.metrics());
      return;
    }
    if (!url.pathname.startsWith('/artifacts/'))
      return refuse(response, 404, 'not_found', 'Nothing is here.');
    response.on('finish', () => requests.inc({ status: String(response.statusCode) }));
    const grant = verifyPayloadUrl(secret, url, now());
    switch (grant.kind) {
      case 'malformed':
        return refuse(response, 403, 'malformed_url', 'This is not a complete payload URL.');
      case 'forged':
        return refuse(response, 403, 'bad_signature', 'The signature does not fit this URL.');
      case 'expired':
        return refuse(response, 410, 'url_expired', 'This URL has expired; ask for a fresh one.');
      case 'granted': {
        const answered = { request, response, sha256: grant.sha256 };
        response.setHeader('ETag', `"${grant.sha256}"`);
        response.setHeader('Content-Type', 'application/octet-stream');
        response.setHeader('Cache-Control', 'private, no-transform, max-age=31536000, immutable');
        await sendFile(store, answered);
        bytes.inc(response.writableFinished ? Number(response.getHeader('Content-Length') ?? 0) : 0);
      }
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (request.socket.destroyed) return;
      log.error({ err: error }, 'a download failed');
      if (response.headersSent) response.destroy();
      else refuse(response, 503, 'unavailable', 'The file cannot be read now; try again.');
    });
  });
  server.keepAliveTimeout = 30_000;
  server.requestTimeout = 30_000;
  return server;
}

const UNREADABLE = [503, 'unavailable', 'The file cannot be read now; try again.'] as const;
const READ_REFUSALS = new Map<number, readonly [number, string, string]>([
  [404, [404, 'no_such_artifact', 'This file is not stored here.']],
  [416, [416, 'range_not_satisfiable', 'The file ends before this range.']],
]);

async function sendFile(store: ArtifactStore, { request, response, sha256 }: Answered): Promise<void> {
  const key = storeKeyOf(sha256);
  const length = await store.lengthOf(key);
  if (length === null) return refuseRead(response, 404);
  response.setHeader('Accept-Ranges', 'bytes');
  const etag = `"${sha256}"`;
  if (request.headers['if-none-match']?.split(/,\s*/).includes(etag)) {
    response.writeHead(304).end();
    return;
  }
  const condition = request.headers['if-range'];
  const usable = condition === undefined || condition === etag ? request.headers.range : undefined;
  const range = parseRange(usable, length);
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${length}`);
    return refuseRead(response, 416);
  }
  if (range !== 'whole') {
    response.statusCode = 206;
    response.setHeader('Content-Range', `bytes ${range.start}-${range.end}/${length}`);
  }
  response.setHeader('Content-Length', range === 'whole' ? length : range.end - range.start + 1);
  if (request.method === 'HEAD' || length === 0) {
    response.end();
    return;
  }
  await pipeline(await store.read(key, range === 'whole' ? { start: 0, end: length - 1 } : range), response);
}

function refuseRead(response: ServerResponse, status: number, error?: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const contentRange = Reflect.get(Object(Reflect.get(Object(error), 'headers')), 'Content-Range');
  if (typeof contentRange === 'string') response.setHeader('Content-Range', contentRange);
  response.removeHeader('ETag');
  const [known, code, message] = READ_REFUSALS.get(status) ?? UNREADABLE;
  refuse(response, known, code, message);
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  sendJson(response, status, { error: { code, message } });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.setHeader('Cache-Control', 'no-store');
  response.end(text);
}
