import pg from 'pg';
import { type PartName, startStack, type TestStack } from '#e2e/fixtures/stack.ts';
import { startMosquitto } from '#e2e/fixtures/tools.ts';
import { type Database, openDatabase } from '#lib/db/client.ts';
import { applyMigrations } from '#lib/db/migrate.ts';
import { startThrowawayPostgres } from '#lib/stack/throwaway-postgres.ts';
import type { BenchOptions } from './entry.ts';
import { benchVin } from './load/reports.ts';

export type BrokerKind = 'embedded' | 'mosquitto';

export type BrokerLogin = { url: string; host: string; port: number; username: string; password: string };

export type BenchBackend = {
  stack: TestStack;
  db: Database;
  databaseUrl: string;
  mqtt: BrokerLogin;
};

/** As an operator tunes it for a fleet: nothing dropped, many in flight, no disk on the message path. */
const TUNED_MOSQUITTO = [
  'allow_anonymous true',
  'persistence false',
  'max_queued_messages 2000000',
  'max_inflight_messages 2000',
  'set_tcp_nodelay true',
  'log_type error',
  'sys_interval 10',
];

/**
 * The real processes on the chosen broker and on a database: one of their own, durable, with `vehicles`
 * registered vehicles of the bench fleet, or the one at `databaseUrl`. They stop with the entry.
 */
export async function startBackend(
  { defer }: Pick<BenchOptions, 'defer'>,
  options: {
    broker: BrokerKind;
    parts: PartName[];
    vehicles?: number;
    databaseUrl?: string;
    env?: Record<string, string>;
  },
): Promise<BenchBackend> {
  const databaseUrl = options.databaseUrl ?? (await freshDatabase(defer));
  // As the web process, whose reads are made through it.
  const db = openDatabase(databaseUrl, { name: 'roadcast-bench', max: 8, pipeline: true });
  defer(() => db.close());
  if (options.vehicles !== undefined) await registerBenchFleet(db, options.vehicles);
  let mosquitto: Awaited<ReturnType<typeof startMosquitto>> | undefined;
  if (options.broker === 'mosquitto') {
    mosquitto = await startMosquitto(TUNED_MOSQUITTO, {}, { quiet: true });
    defer(mosquitto.stop);
  }
  const stack = await startStack({
    databaseUrl,
    parts: options.parts,
    env: {
      LOG_LEVEL: 'warn',
      ...(process.env.BENCH_NODE_OPTIONS && { NODE_OPTIONS: process.env.BENCH_NODE_OPTIONS }),
      ...(mosquitto && { MQTT_URL: mosquitto.url }),
      ...options.env,
    },
  });
  defer(stack.stop);
  const { mqtt } = stack.config;
  return {
    stack,
    db,
    databaseUrl,
    mqtt: {
      url: mosquitto?.url ?? `mqtt://127.0.0.1:${mqtt.port}`,
      host: '127.0.0.1',
      port: mosquitto?.port ?? mqtt.port,
      username: mqtt.username,
      password: mqtt.password ?? '',
    },
  };
}

async function freshDatabase(defer: BenchOptions['defer']): Promise<string> {
  const postgres = await startThrowawayPostgres({ durable: true });
  defer(() => postgres.stop());
  await applyMigrations(postgres.url);
  return postgres.url;
}

/** A second, migrated database on the same server with the same vehicles, for a rival to write into. */
export async function createRivalDatabase(
  { databaseUrl }: Pick<BenchBackend, 'databaseUrl'>,
  vehicles: number,
): Promise<string> {
  const admin = new pg.Client({ connectionString: databaseUrl });
  await admin.connect();
  await admin.query('CREATE DATABASE rival');
  await admin.end();
  const url = databaseUrl.replace(/\/[^/]*$/, '/rival');
  await applyMigrations(url);
  const db = openDatabase(url, { name: 'roadcast-bench', max: 1 });
  await registerBenchFleet(db, vehicles);
  await db.close();
  return url;
}

/** Registers the vehicles whose reports the load generator sends. */
export async function registerBenchFleet(db: Database, vehicles: number): Promise<void> {
  const vins = Array.from({ length: vehicles }, (_, index) => benchVin(index));
  await db.pool.query(
    `INSERT INTO vehicles (vin, model, model_year, region, time_zone)
     SELECT vin, 'Bench', 2026, 'DE', 'Europe/Berlin' FROM unnest($1::text[]) AS vin ON CONFLICT DO NOTHING`,
    [vins],
  );
  await db.pool.query('INSERT INTO vehicle_states (vin) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [
    vins,
  ]);
}
