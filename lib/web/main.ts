import type { Server } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '#lib/db/client.ts';
import { startHeartbeat } from '#lib/db/heartbeat.ts';
import { createGateway } from '#lib/live/gateway.ts';
import { type ProcessContext, type RunningProcess, runProcess } from '#lib/process.ts';
import { systemContext } from '#lib/services/context.ts';
import { ensureFirstAdmin } from '#lib/services/ensure-first-admin.ts';
import { resumeImportJobs } from '#lib/services/run-import-job.ts';
import { resumeTagJobs } from '#lib/services/run-tag-job.ts';
import { actorFromRequest, isSameOrigin } from './actor.ts';
import { createAuth } from './auth.ts';
import { createMetrics } from './metrics.ts';
import { plainRoutes } from './plain-routes.ts';
import { provideRuntime, type WebRuntime } from './runtime.ts';
import { createWebServer } from './server.ts';
import { webUploads } from './uploads.ts';

await runProcess('web', startWeb);

async function startWeb({ config, log }: ProcessContext): Promise<RunningProcess> {
  const onError = (error: Error) => log.warn({ err: error.message }, 'a database connection broke');
  const db = openDatabase(config.databaseUrl, {
    max: config.database.pool,
    name: 'roadcast-web',
    pipeline: true,
    onError,
  });
  const auth = createAuth(config, db);
  const runtime: WebRuntime = { config, log, db, auth };
  provideRuntime(runtime);
  if (config.operator.password !== undefined) {
    const { email, password } = config.operator;
    await ensureFirstAdmin(systemContext(db, 'set-up'), { email, password });
  }
  const jobs = { ...systemContext(db, 'jobs'), sealingSecret: config.secrets.auth };
  for (const resume of [resumeTagJobs, resumeImportJobs]) {
    resume(jobs).catch((error: unknown) => {
      log.warn({ err: error }, 'a job that was left could not be finished');
    });
  }
  const gateway = createGateway({
    db,
    databaseUrl: config.databaseUrl,
    log,
    authenticate: (request) => actorFromRequest(runtime, request),
    isSameOrigin: (request) => isSameOrigin(request.headers, config.web.url),
  });
  const metrics = createMetrics(config, db, gateway);
  const uploads = webUploads(runtime);
  const routes = plainRoutes(runtime, gateway, uploads, () => metrics);
  const rootDir = join(import.meta.dirname, '../..');
  const server = await createWebServer({ runtime, gateway, metrics, routes, rootDir });
  await listen(server, config.web.port, config.web.host);
  const stopBeat = startHeartbeat(db.pool, 'web', `${hostname()}:${config.web.port}`, () => gateway.stats());
  return {
    details: () => ({ url: config.web.url }),
    async stop() {
      server.close();
      uploads.stop();
      await gateway.stop();
      server.closeAllConnections();
      await stopBeat();
      await db.close();
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
