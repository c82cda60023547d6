import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '#lib/config.ts';
import { openDatabase } from '#lib/db/client.ts';
import { ConfigError } from '#lib/errors.ts';
import { mosquittoHashOf } from '#lib/keys/vehicle-credential.ts';
import { emqxAcl, emqxConf } from './generate-emqx.ts';
import { type GenerateOptions, mosquittoAcl, mosquittoConf } from './generate-mosquitto.ts';

const usage = 'usage: node lib/broker/generate.ts mosquitto|emqx --out DIR [--at DIR] [--no-passwords]';

try {
  if (process.argv.includes('--help') || process.argv.includes('-h')) process.stdout.write(`${usage}\n`);
  else await generate();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** Writes a broker's configuration; for Mosquitto with the passwords of every vehicle that is registered. */
async function generate(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      at: { type: 'string' },
      'no-passwords': { type: 'boolean', default: false },
    },
  });
  const [broker] = positionals;
  if (values.out === undefined || (broker !== 'mosquitto' && broker !== 'emqx'))
    throw new ConfigError('out', usage);
  const config = loadConfig();
  const out = resolve(values.out);
  const { tls, tlsPort } = config.mqtt;
  const options: GenerateOptions = {
    topics: config.topics,
    backendUser: config.mqtt.username,
    directory: values.at ?? out,
    port: config.mqtt.port,
    vehicleQueue: config.mqtt.vehicleQueue,
    tls: tls.cert && tls.key ? { port: tlsPort, cert: tls.cert, key: tls.key, ca: tls.ca } : undefined,
  };
  mkdirSync(out, { recursive: true });
  const write = (name: string, text: string, mode = 0o644) => {
    writeFileSync(join(out, name), text, { mode });
    process.stdout.write(`${join(out, name)}\n`);
  };
  if (broker === 'emqx') {
    write('acl.conf', emqxAcl(options));
    write('roadcast.conf', emqxConf(options));
    return;
  }
  write('mosquitto.conf', mosquittoConf(options));
  write('acl', mosquittoAcl(options));
  if (!values['no-passwords']) write('passwords', await passwords(config), 0o600);
}

async function passwords(config: ReturnType<typeof loadConfig>): Promise<string> {
  if (config.mqtt.password === undefined) {
    throw new ConfigError('MQTT_PASSWORD', 'MQTT_PASSWORD is not set; the backend signs in with it.');
  }
  const database = openDatabase(config.databaseUrl, { max: 1 });
  try {
    const { rows } = await database.pool.query<{ line: string }>(
      `SELECT vin || ':' || mosquitto_hash AS line FROM vehicle_credentials
       WHERE revoked_at IS NULL AND mosquitto_hash IS NOT NULL ORDER BY vin`,
    );
    const backend = `${config.mqtt.username}:${mosquittoHashOf(config.mqtt.password)}`;
    return `${[backend, ...rows.map((row) => row.line)].join('\n')}\n`;
  } finally {
    await database.close();
  }
}
