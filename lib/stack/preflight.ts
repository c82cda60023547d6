import { createServer } from 'node:net';
import { connect } from 'mqtt';
import pg from 'pg';
import type { Config } from '../config.ts';
import { ConfigError } from '../errors.ts';

type Port = { variable: string; port: number; host: string };

/** The ports that this stack will open itself; a survivor of our own Postgres may hold its port. */
export function listPorts(config: Config, databaseRuns: boolean): Port[] {
  const ports: Port[] = [{ variable: 'WEB_PORT', port: config.web.port, host: config.web.host }];
  if (config.database.embedded && !databaseRuns) {
    ports.push({ variable: 'DATABASE_PORT', port: config.database.port, host: '127.0.0.1' });
  }
  if (config.mqtt.embedded) {
    ports.push({ variable: 'MQTT_PORT', port: config.mqtt.port, host: config.mqtt.host });
    if (config.mqtt.tlsPort > 0) {
      ports.push({ variable: 'MQTT_TLS_PORT', port: config.mqtt.tlsPort, host: config.mqtt.host });
    }
  }
  ports.push({ variable: 'PAYLOAD_PORT', port: config.payload.port, host: config.payload.host });
  return ports;
}

/** Throws a ConfigError that names the variable of the first port that is taken or given twice. */
export async function checkPorts(ports: Port[]): Promise<void> {
  for (const [index, { variable, port, host }] of ports.entries()) {
    const twin = ports.slice(0, index).find((other) => other.port === port);
    if (twin)
      throw new ConfigError(
        variable,
        `${variable} and ${twin.variable} are both ${port}; ports must differ.`,
      );
    const code = await tryPort(port, host);
    if (code === undefined) continue;
    const reason =
      code === 'EADDRINUSE'
        ? `Port ${port} is taken by another program; set ${variable} to a free port.`
        : code === 'EACCES'
          ? `Port ${port} may not be opened by this user; set ${variable} to a port above 1023.`
          : `Port ${port} cannot be opened on ${host} (${code}); see ${variable}.`;
    throw new ConfigError(variable, reason);
  }
}

function tryPort(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(String(Reflect.get(error, 'code') ?? error.message)));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

/** Throws a ConfigError that names DATABASE_URL when the database does not let us in. */
export async function checkDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 8_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const version = await client.query<{ number: number }>(
      `SELECT current_setting('server_version_num')::int AS number`,
    );
    if ((version.rows[0]?.number ?? 0) < 150_000) {
      throw new ConfigError(
        'DATABASE_URL',
        'DATABASE_URL leads to a Postgres older than 15; Roadcast needs 15 or newer.',
      );
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(
      'DATABASE_URL',
      `DATABASE_URL: ${hostOf(url)} does not let us in (${reasonOf(error)}).`,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Throws a ConfigError that names MQTT_URL, or its credential, when the broker does not let us in. */
export async function checkBroker(config: Config): Promise<void> {
  const { url, username, password } = config.mqtt;
  const failure = await new Promise<{ reason: string; refused: boolean } | undefined>((resolve) => {
    const client = connect(url, {
      username,
      ...(password === undefined ? {} : { password }),
      clientId: `roadcast-check-${process.pid}`,
      reconnectPeriod: 0,
      connectTimeout: 8_000,
    });
    const finish = (failure?: { reason: string; refused: boolean }) => {
      client.end(true);
      resolve(failure);
    };
    client.once('connect', () => finish());
    client.once('error', (error) =>
      finish({ reason: reasonOf(error), refused: typeof Reflect.get(error, 'code') === 'number' }),
    );
    client.once('close', () => finish({ reason: 'no answer', refused: false }));
  });
  if (!failure) return;
  if (failure.refused) {
    throw new ConfigError(
      'MQTT_USERNAME',
      `MQTT_URL: the broker at ${hostOf(url)} refuses MQTT_USERNAME "${username}" and MQTT_PASSWORD (${failure.reason}).`,
    );
  }
  throw new ConfigError(
    'MQTT_URL',
    `MQTT_URL: the broker at ${hostOf(url)} does not answer (${failure.reason}).`,
  );
}

function hostOf(url: string): string {
  return new URL(url).host;
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
