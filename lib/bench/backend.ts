import { type PartName, startStack, type TestStack } from '#e2e/fixtures/stack.ts';
import { startMosquitto } from '#e2e/fixtures/tools.ts';
import { type Database, openDatabase } from '#lib/db/client.ts';
import { applyMigrations } from '#lib/db/migrate.ts';
import { startThrowawayPostgres } from '#lib/stack/throwaway-postgres.ts';
import { benchVin } from './load/reports.ts';

export type BrokerKind = 'embedded' | 'mosquitto';

export type BenchBackend = {
  stack: TestStack;
  db: Database;
  databaseUrl: string;
  mqtt: { url: string; host: string; port: number; username: string; password: string };
  stop(): Promise<void>;
};

/** As an operator tunes it for a fleet: nothing dropped, many in flight, no disk on the message path. */
const TUNED_MOSQUITTO = [
  'allow_anonymous true',
  'persistence false',
  'max_queued_messages 2000000',
  'max_inflight_messages 2000',
  'set_tcp_nodelay true',
  'log_type error',
  'sys_interval 0',
];

/**
 * The real processes on a durable Postgres of their own and the chosen broker, with `vehicles` registered
 * vehicles of the bench fleet.
 */
export async function startBackend(options: {
  broker: BrokerKind;
  parts: PartName[];
  vehicles: number;
  env?: Record<string, string>;
}): Promise<BenchBackend> {
  const postgres = await startThrowawayPostgres({ durable: true });
  const mosquitto =
    options.broker === 'mosquitto' ? await startMosquitto(TUNED_MOSQUITTO, {}, { quiet: true }) : undefined;
  await applyMigrations(postgres.url);
  const db = openDatabase(postgres.url, { name: 'roadcast-bench', max: 4 });
  await registerBenchFleet(db, options.vehicles);
  const stack = await startStack({
    databaseUrl: postgres.url,
    parts: options.parts,
    env: { LOG_LEVEL: 'warn', ...(mosquitto && { MQTT_URL: mosquitto.url }), ...options.env },
  });
  const { mqtt } = stack.config;
  return {
    stack,
    db,
    databaseUrl: postgres.url,
    mqtt: {
      url: mosquitto?.url ?? `mqtt://127.0.0.1:${mqtt.port}`,
      host: '127.0.0.1',
      port: mosquitto?.port ?? mqtt.port,
      username: mqtt.username,
      password: mqtt.password ?? '',
    },
    async stop() {
      await stack.stop();
      await mosquitto?.stop();
      await db.close();
      await postgres.stop();
    },
  };
}

/** Registers the vehicles whose reports the load generator sends. */
export async function registerBenchFleet(db: Database, vehicles: number): Promise<void> {
  const vins = Array.from({ length: vehicles }, (_, index) => benchVin(index));
  await db.pool.query(
    `INSERT INTO vehicles (vin, model, model_year, region, time_zone)
     SELECT vin, 'Bench', 2026, 'DE', 'Europe/Berlin' FROM unnest($1::text[]) AS vin`,
    [vins],
  );
}
