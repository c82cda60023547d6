import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Config } from '#lib/config.ts';
import { openDatabase } from '#lib/db/client.ts';
import { startHeartbeat } from '#lib/db/heartbeat.ts';
import { ConfigError } from '#lib/errors.ts';
import { runProcess } from '#lib/process.ts';
import { createBroker } from './broker.ts';
import { databaseCredentials, watchRevocations } from './credentials.ts';

await runProcess('broker', async ({ config, log }) => {
  const { mqtt, topics } = config;
  if (mqtt.password === undefined) {
    throw new ConfigError('MQTT_PASSWORD', 'MQTT_PASSWORD is not set; backend processes sign in with it.');
  }
  const database = openDatabase(config.databaseUrl, {
    name: 'roadcast-broker',
    max: 4,
    onError: (error) => log.warn({ err: error }, 'a database connection was lost'),
  });
  const { pool } = database;
  const broker = await createBroker({
    directory: join(config.dataDir, 'broker'),
    host: mqtt.host,
    port: mqtt.port,
    tls: readTls(mqtt),
    topics,
    backend: { username: mqtt.username, password: mqtt.password },
    enrolmentToken: mqtt.enrolmentToken,
    credentials: databaseCredentials(pool),
    vehicleQueue: mqtt.vehicleQueue,
    log,
  });
  const onError = (error: unknown) => log.warn({ err: error }, 'the database does not answer');
  const stopWatch = watchRevocations({
    pool,
    databaseUrl: config.databaseUrl,
    connectedVehicles: broker.connectedVehicles,
    storedVins: broker.storedVins,
    onInvalid: (vin, valid) => {
      const which = valid === undefined ? { purge: true } : { except: valid };
      broker.kick(vin, which).catch((error) => log.warn({ err: error, vin }, 'could not end a session'));
    },
    onError,
  });
  const stopHeartbeat = startHeartbeat(pool, 'broker', `${hostname()}:${mqtt.port}`, broker.metrics, onError);
  log.info(`MQTT on ${mqtt.host}:${broker.ports.join(' and, with TLS, ')}`);
  return {
    details: broker.metrics,
    async stop() {
      await stopWatch();
      await broker.stop();
      await stopHeartbeat();
      await database.close();
    },
  };
});

function readTls(mqtt: Config['mqtt']) {
  const { cert, key, ca } = mqtt.tls;
  if (cert === undefined || key === undefined || mqtt.tlsPort === 0) return undefined;
  return {
    port: mqtt.tlsPort,
    cert: readPem('MQTT_TLS_CERT', cert),
    key: readPem('MQTT_TLS_KEY', key),
    ca: ca === undefined ? undefined : readPem('MQTT_TLS_CA', ca),
  };
}

function readPem(variable: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new ConfigError(variable, `${variable} names ${path}, which cannot be read.`);
  }
}
