import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { openDatabase } from '../db/client.ts';
import { startHeartbeat } from '../db/heartbeat.ts';
import { runProcess } from '../process.ts';
import { createPayloadServer } from './server.ts';
import { openArtifactStore } from './store.ts';
import { yieldCores } from './yield-cores.ts';

await runProcess('payload', async ({ config, log }) => {
  const store = openArtifactStore(config);
  if (store.directory !== undefined) await mkdir(store.directory, { recursive: true });
  const server = createPayloadServer({ store, secret: config.secrets.payloadUrl, log });
  // Where cores are short, a download of minutes yields to messages that are answered in milliseconds.
  yieldCores();
  server.listen(config.payload.port, config.payload.host);
  await once(server, 'listening');

  // Downloads need no database: only the sign of life does.
  const db = openDatabase(config.databaseUrl, { max: 1, name: 'roadcast-payload' });
  const details = () => ({
    port: config.payload.port,
    store: store.directory === undefined ? 's3' : 'files',
  });
  const stopHeartbeat = startHeartbeat(db.pool, 'payload', String(process.pid), details, (error) =>
    log.debug({ err: error }, 'the sign of life could not be stored'),
  );
  log.info(`artifacts on port ${config.payload.port}`);
  return {
    details,
    async stop() {
      server.close();
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 3_000).unref();
      await Promise.all([once(server, 'close'), stopHeartbeat()]);
      await db.close();
    },
  };
});
