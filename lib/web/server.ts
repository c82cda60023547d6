import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { toNodeHandler } from 'better-auth/node';
import next from 'next';
import type { Gateway } from '#lib/live/gateway.ts';
import { LIVE_PATH } from '#lib/protocol/live-frames.ts';
import { isOpenAuthPath, PEER_HEADER } from './auth.ts';
import { compressAnswer } from './compress.ts';
import type { Metrics } from './metrics.ts';
import { answerPlain, type PlainRoutes } from './plain-routes.ts';
import type { WebRuntime } from './runtime.ts';
import { applySecurityHeaders } from './security.ts';

type ServerParts = {
  runtime: WebRuntime;
  gateway: Gateway;
  metrics: Metrics;
  routes: PlainRoutes;
  rootDir: string;
};

/** The one HTTP server of the console: sign-in, plain routes, live sockets, and Next for all else. */
export async function createWebServer({
  runtime,
  gateway,
  metrics,
  routes,
  rootDir,
}: ServerParts): Promise<Server> {
  const { config, log, auth } = runtime;
  const dev = config.mode === 'development';
  // Next adds its own upgrade listener to the server it is told of; this one never listens.
  const nextUpgrades = createServer();
  const app = next({
    dev,
    dir: rootDir,
    httpServer: nextUpgrades,
    hostname: config.web.host,
    port: config.web.port,
  });
  await app.prepare();
  const answerByNext = app.getRequestHandler();
  const answerAuth = toNodeHandler(auth);

  const answer = async (request: IncomingMessage, response: ServerResponse, path: string) => {
    // Next answers an address that cannot be decoded as if it were a fault of its own.
    if (!isDecodable(path)) return answerPlain(response, 400, { error: 'not an address' });
    if (path.startsWith('/api/auth/')) {
      if (isOpenAuthPath(path)) return answerAuth(request, response);
      return answerPlain(response, 404, { error: 'not found' });
    }
    const route = routes.find((candidate) => candidate.matches(path));
    if (route) return route.answer(request, response);
    compressAnswer(request, response);
    return answerByNext(request, response);
  };

  const server = createServer((request, response) => {
    const begun = performance.now();
    const path = pathOf(request);
    response.on('finish', () => {
      metrics.observe(request.method ?? 'GET', response.statusCode, (performance.now() - begun) / 1000);
    });
    request.headers['x-roadcast-path'] = request.url ?? '/';
    request.headers[PEER_HEADER] = peerOf(request);
    applySecurityHeaders(request, response, config);
    answer(request, response, path).catch((error: unknown) => {
      log.error({ err: error, path }, 'could not answer a request');
      if (response.headersSent) response.destroy();
      else answerPlain(response, 500, { error: 'internal error' });
    });
  });
  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy());
    if (pathOf(request) === LIVE_PATH) void gateway.upgrade(request, stream, head);
    else if (!dev || !nextUpgrades.emit('upgrade', request, stream, head)) stream.destroy();
  });
  return server;
}

function isDecodable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

/** The peer's address; a proxy on this very machine may say whom it speaks for. */
function peerOf(request: IncomingMessage): string {
  const address = request.socket.remoteAddress ?? '';
  const forwarded = request.headers['x-forwarded-for'];
  const isLocal = address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1';
  const last = String(forwarded ?? '')
    .split(',')
    .at(-1)
    ?.trim();
  return isLocal && last ? last : address.replace(/^::ffff:/, '');
}
