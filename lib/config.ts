import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { ConfigError } from './errors.ts';

const port = (fallback: number) => z.coerce.number().int().min(1).max(65_535).default(fallback);
const optionalPort = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);
const count = (fallback: number, min = 0, max = 1_000_000) =>
  z.coerce.number().int().min(min).max(max).default(fallback);
const flag = () =>
  z
    .enum(['1', '0', 'true', 'false', 'yes', 'no', 'on', 'off'], 'must be on or off')
    .transform((value) => ['1', 'true', 'yes', 'on'].includes(value));
const url = (...schemes: string[]) =>
  z
    .string()
    .refine(
      (value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)),
      `must be a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    );
const topic = (fallback: string) =>
  z
    .string()
    .regex(/^[^+#\s/]+(?:\/[^+#\s/]+)*$/u, 'must be a topic without wildcards, spaces and outer slashes')
    .default(fallback);
const secret = z.string().min(16, 'must have at least 16 characters');

/** Every variable that Roadcast reads, with its default. `docs/operations.md` is written from this. */
export const Environment = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('production'),
  DATA_DIR: z.string().min(1).default('.data'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LOG_FORMAT: z.enum(['pretty', 'json']).default('pretty'),

  WEB_HOST: z.string().min(1).default('0.0.0.0'),
  WEB_PORT: port(3000),
  WEB_URL: url('http', 'https').optional(),

  DATABASE_URL: url('postgres', 'postgresql').optional(),
  DATABASE_PORT: port(5433),
  DATABASE_PASSWORD: z.string().min(8).optional(),
  DATABASE_POOL: count(10, 1, 200),

  MQTT_URL: url('mqtt', 'mqtts', 'ws', 'wss').optional(),
  MQTT_HOST: z.string().min(1).default('0.0.0.0'),
  MQTT_PORT: port(1883),
  MQTT_TLS_PORT: optionalPort(8883),
  MQTT_TLS_CERT: z.string().optional(),
  MQTT_TLS_KEY: z.string().optional(),
  MQTT_TLS_CA: z.string().optional(),
  MQTT_USERNAME: z.string().min(1).default('roadcast-backend'),
  MQTT_PASSWORD: z.string().min(1).optional(),
  MQTT_SHARE_GROUP: z
    .string()
    .regex(/^[^+#/\s]+$/u, 'must be one word')
    .default('roadcast'),
  MQTT_RECEIVE_MAXIMUM: count(2_000, 1, 65_535),
  MQTT_VEHICLE_QUEUE: count(100, 1, 100_000),
  ENROLMENT_TOKEN: secret.optional(),

  PAYLOAD_HOST: z.string().min(1).default('0.0.0.0'),
  PAYLOAD_PORT: port(3080),
  PAYLOAD_URL: url('http', 'https').optional(),
  S3_ENDPOINT: url('http', 'https').optional(),
  S3_BUCKET: z.string().min(1).optional(),
  S3_REGION: z.string().min(1).default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),

  KEYRING_SECRET: secret,
  AUTH_SECRET: secret,
  PAYLOAD_URL_SECRET: secret,

  TOPIC_ECU_DETAILS: topic('ECU_Details'),
  TOPIC_OTA_UPDATE: topic('OTA_Update'),
  TOPIC_OTA_STATUS: topic('OTA_Status'),
  TOPIC_OTA_CONTROL: topic('OTA_Control'),
  TOPIC_TCU_PRESENCE: topic('TCU_Presence'),
  TOPIC_OTA_RECEIPT: topic('OTA_Receipt'),
  TOPIC_BROKER_NOTICE: topic('Broker_Notice'),

  WORKER_CONCURRENCY: count(2, 1, 32),
  WORKER_BATCH_SIZE: count(500, 1, 5_000),
  WORKER_FLUSH_MS: count(10, 0, 1_000),

  DEMO: flag().optional(),
  FLEET_VEHICLES: z.coerce.number().int().min(0).max(1_000_000).optional(),
  FLEET_ARGS: z.string().default(''),
  OPERATOR_EMAIL: z.email().default('admin@roadcast.local'),
  OPERATOR_PASSWORD: z.string().min(8).optional(),
  SMTP_URL: url('smtp', 'smtps').optional(),
  SMTP_FROM: z.string().min(3).default('Roadcast <roadcast@localhost>'),
});

type Environment = z.infer<typeof Environment>;
export type EnvironmentVariables = Record<string, string | undefined>;
export type Config = ReturnType<typeof arrange>;

/**
 * The configuration of every process: the environment, over `.env`, over the secrets that the supervisor
 * made in `DATA_DIR/secrets.json`. Throws a ConfigError that names the variable before anything connects.
 */
export function loadConfig(env: EnvironmentVariables = process.env): Config {
  const given = env === process.env ? readEnvironment() : present(env);
  const dataDir = resolve(given.DATA_DIR ?? '.data');
  const variables = { ...readSecrets(dataDir), ...given };
  const parsed = Environment.safeParse(variables);
  if (!parsed.success) throw toConfigError(parsed.error, variables);
  return arrange(parsed.data, dataDir);
}

/** The process's environment over the file `.env`, without what is empty. */
export function readEnvironment(): EnvironmentVariables {
  return present({ ...readDotEnv(), ...present(process.env) });
}

function arrange(env: Environment, dataDir: string) {
  requireTogether(env);
  // A database or broker of somebody's own is not filled with demo vehicles unless asked to.
  const demo = env.DEMO ?? env.DATABASE_URL === undefined;
  const fleetVehicles = env.FLEET_VEHICLES ?? (demo && env.MQTT_URL === undefined ? 60 : 0);
  return {
    mode: env.NODE_ENV,
    dataDir,
    demo,
    log: { level: env.LOG_LEVEL, format: env.LOG_FORMAT },
    web: {
      host: env.WEB_HOST,
      port: env.WEB_PORT,
      url: trimSlash(env.WEB_URL ?? `http://localhost:${env.WEB_PORT}`),
    },
    databaseUrl: env.DATABASE_URL ?? embeddedDatabaseUrl(env.DATABASE_PORT, env.DATABASE_PASSWORD),
    database: {
      embedded: env.DATABASE_URL === undefined,
      port: env.DATABASE_PORT,
      password: env.DATABASE_PASSWORD,
      pool: env.DATABASE_POOL,
    },
    mqtt: {
      embedded: env.MQTT_URL === undefined,
      url: env.MQTT_URL ?? `mqtt://127.0.0.1:${env.MQTT_PORT}`,
      host: env.MQTT_HOST,
      port: env.MQTT_PORT,
      tlsPort: env.MQTT_TLS_PORT,
      tls: {
        cert: env.MQTT_TLS_CERT,
        key: env.MQTT_TLS_KEY,
        ca: env.MQTT_TLS_CA,
      },
      username: env.MQTT_USERNAME,
      password: env.MQTT_PASSWORD,
      shareGroup: env.MQTT_SHARE_GROUP,
      receiveMaximum: env.MQTT_RECEIVE_MAXIMUM,
      /** Most messages that the embedded broker keeps for one vehicle that is offline. */
      vehicleQueue: env.MQTT_VEHICLE_QUEUE,
      /** With it a TCU whose VIN is not registered may report itself; absent: such TCUs are refused. */
      enrolmentToken: env.ENROLMENT_TOKEN,
    },
    payload: {
      host: env.PAYLOAD_HOST,
      port: env.PAYLOAD_PORT,
      url: trimSlash(env.PAYLOAD_URL ?? `http://localhost:${env.PAYLOAD_PORT}`),
      s3:
        env.S3_BUCKET === undefined
          ? undefined
          : {
              endpoint: env.S3_ENDPOINT,
              bucket: env.S3_BUCKET,
              region: env.S3_REGION,
              accessKeyId: env.S3_ACCESS_KEY_ID,
              secretAccessKey: env.S3_SECRET_ACCESS_KEY,
            },
    },
    topics: {
      ecuDetails: env.TOPIC_ECU_DETAILS,
      otaUpdate: env.TOPIC_OTA_UPDATE,
      otaStatus: env.TOPIC_OTA_STATUS,
      otaControl: env.TOPIC_OTA_CONTROL,
      tcuPresence: env.TOPIC_TCU_PRESENCE,
      otaReceipt: env.TOPIC_OTA_RECEIPT,
      brokerNotice: env.TOPIC_BROKER_NOTICE,
    },
    secrets: { keyring: env.KEYRING_SECRET, auth: env.AUTH_SECRET, payloadUrl: env.PAYLOAD_URL_SECRET },
    worker: {
      concurrency: env.WORKER_CONCURRENCY,
      batchSize: env.WORKER_BATCH_SIZE,
      flushMs: env.WORKER_FLUSH_MS,
    },
    fleet: {
      vehicles: fleetVehicles,
      /** Further options of `npm run fleet` for the fleet that the supervisor starts. */
      args: env.FLEET_ARGS.split(/\s+/).filter((word) => word !== ''),
    },
    operator: { email: env.OPERATOR_EMAIL, password: env.OPERATOR_PASSWORD },
    smtp: env.SMTP_URL === undefined ? undefined : { url: env.SMTP_URL, from: env.SMTP_FROM },
  };
}

function requireTogether(env: Environment): void {
  const topics = [
    ['TOPIC_ECU_DETAILS', env.TOPIC_ECU_DETAILS],
    ['TOPIC_OTA_UPDATE', env.TOPIC_OTA_UPDATE],
    ['TOPIC_OTA_STATUS', env.TOPIC_OTA_STATUS],
    ['TOPIC_OTA_CONTROL', env.TOPIC_OTA_CONTROL],
    ['TOPIC_TCU_PRESENCE', env.TOPIC_TCU_PRESENCE],
    ['TOPIC_OTA_RECEIPT', env.TOPIC_OTA_RECEIPT],
    ['TOPIC_BROKER_NOTICE', env.TOPIC_BROKER_NOTICE],
  ] as const;
  for (const [name, value] of topics) {
    const twin = topics.find(([other, otherValue]) => other !== name && otherValue === value);
    if (twin) throw new ConfigError(name, `${name} and ${twin[0]} are both "${value}"; topics must differ.`);
  }
  if (env.S3_BUCKET === undefined && env.S3_ENDPOINT !== undefined) {
    throw new ConfigError('S3_BUCKET', 'S3_ENDPOINT is set but S3_BUCKET is not; set both or neither.');
  }
  if ((env.MQTT_TLS_CERT === undefined) !== (env.MQTT_TLS_KEY === undefined)) {
    const missing = env.MQTT_TLS_CERT === undefined ? 'MQTT_TLS_CERT' : 'MQTT_TLS_KEY';
    throw new ConfigError(missing, `${missing} is not set; MQTT_TLS_CERT and MQTT_TLS_KEY go together.`);
  }
}

export function embeddedDatabaseUrl(databasePort: number, password: string | undefined): string {
  return `postgresql://roadcast:${encodeURIComponent(password ?? '')}@127.0.0.1:${databasePort}/roadcast`;
}

function toConfigError(error: z.ZodError, variables: EnvironmentVariables): ConfigError {
  const issue = error.issues[0];
  const variable = String(issue?.path[0] ?? 'environment');
  const value = variables[variable];
  if (value === undefined) {
    return new ConfigError(
      variable,
      `${variable} is not set; \`npm start\` makes one in DATA_DIR/secrets.json, a process on its own needs it.`,
    );
  }
  const shown = /SECRET|PASSWORD|_URL$|TOKEN|KEY/.test(variable) ? 'Its value' : `"${value}"`;
  const reason = issue?.message.replace(/^Invalid input: /, '').replace(/^Too small: /, '') ?? 'is not valid';
  return new ConfigError(variable, `${variable} is not valid. ${shown}: ${reason}.`);
}

/** An empty variable counts as not set, so that a template with empty lines keeps the defaults. */
function present(env: EnvironmentVariables): EnvironmentVariables {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
}

function readDotEnv(): EnvironmentVariables {
  return existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
}

function readSecrets(dataDir: string): EnvironmentVariables {
  const path = join(dataDir, 'secrets.json');
  if (!existsSync(path)) return {};
  const parsed = z.record(z.string(), z.string()).safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!parsed.success) throw new ConfigError('DATA_DIR', `${path} is damaged: it must map names to texts.`);
  return parsed.data;
}

function trimSlash(value: string): string {
  return value.replace(/\/+$/, '');
}
