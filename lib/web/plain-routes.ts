import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Gateway } from '#lib/live/gateway.ts';
import type { UploadHandler } from '#lib/payload/upload-handler.ts';
import { isSameOrigin } from './actor.ts';
import { checkHealth } from './health.ts';
import type { Metrics } from './metrics.ts';
import type { WebRuntime } from './runtime.ts';
import { UPLOAD_PATH } from './uploads.ts';

export type PlainRoute = {
  matches(path: string): boolean;
  answer(request: IncomingMessage, response: ServerResponse): Promise<void> | void;
};
export type PlainRoutes = PlainRoute[];

/** Routes that need no page: uploads, health, metrics, the keys that vehicles pin. */
export function plainRoutes(
  runtime: WebRuntime,
  gateway: Gateway,
  uploads: UploadHandler,
  metrics: () => Metrics,
): PlainRoutes {
  return [
    {
      matches: (path) => path === UPLOAD_PATH || path.startsWith(`${UPLOAD_PATH}/`),
      answer(request, response) {
        const foreign =
          request.headers.origin !== undefined && !isSameOrigin(request.headers, runtime.config.web.url);
        if (foreign)
          return answerPlain(response, 403, { error: 'This did not come from a page of this console.' });
        return uploads.handle(request, response);
      },
    },
    {
      matches: (path) => path === '/healthz',
      async answer(_, response) {
        const health = await checkHealth(runtime.config, runtime.db);
        answerPlain(response, health.healthy ? 200 : 503, { ...health, live: gateway.stats() });
      },
    },
    {
      matches: (path) => path === '/metrics',
      async answer(_, response) {
        const { registry } = metrics();
        response.setHeader('Content-Type', registry.contentType);
        response.end(await registry.metrics());
      },
    },
    {
      matches: (path) => path === '/api/vehicle-keys',
      async answer(_, response) {
        const keys = await readFile(join(runtime.config.dataDir, 'vehicle-keys.json'), 'utf8').catch(
          () => undefined,
        );
        if (keys === undefined)
          return answerPlain(response, 404, { error: 'The worker has made no keys yet.' });
        answerPlain(response, 200, JSON.parse(keys));
      },
    },
  ];
}

export function answerPlain(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(`${JSON.stringify(body)}\n`);
}
