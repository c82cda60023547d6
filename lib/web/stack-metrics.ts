import { Gauge, type Registry } from 'prom-client';
import type { Config } from '#lib/config.ts';
import type { Database } from '#lib/db/client.ts';
import { type HealthFigures, readHealthFigures } from '#lib/db/queries/health-figures.ts';
import { checkHealth, type Health } from './health.ts';

/** Figures that a process tells with its sign of life: metric, part, its name there, unit, meaning. */
const FIGURES = [
  ['roadcast_worker_lag_seconds', 'worker', 'lagMs', 0.001, 'Age of the oldest message not yet committed.'],
  ['roadcast_worker_waiting', 'worker', 'waiting', 1, 'Messages received and not yet committed.'],
  ['roadcast_worker_messages', 'worker', 'messages', 1, 'Messages committed since the worker started.'],
  ['roadcast_worker_quarantined', 'worker', 'quarantined', 1, 'Messages put in quarantine since its start.'],
  ['roadcast_worker_retries', 'worker', 'retries', 1, 'Batches that the database did not take at once.'],
  ['roadcast_worker_published', 'worker', 'published', 1, 'Offers that the broker took since its start.'],
  ['roadcast_worker_publish_failed', 'worker', 'failed', 1, 'Offers that the broker did not take.'],
  [
    'roadcast_broker_dropped',
    'worker',
    'brokerDropped',
    1,
    'Messages that Mosquitto dropped, where it tells.',
  ],
  ['roadcast_broker_connected', 'broker', 'connected', 1, 'Connected clients of the embedded broker.'],
  ['roadcast_broker_queued', 'broker', 'queued', 1, 'Messages that it keeps for clients.'],
  ['roadcast_broker_overflow', 'broker', 'overflow', 1, 'Messages dropped from full vehicle queues.'],
  ['roadcast_broker_refused', 'broker', 'refused', 1, 'Publishes and subscriptions refused.'],
  ['roadcast_broker_rejected_connects', 'broker', 'rejectedConnects', 1, 'Connections refused.'],
] as const;

/** What one scrape reads; without figures where Postgres is down. */
type Reading = { health: Health; queues: HealthFigures | undefined };
type Sample = { labels: Record<string, string>; value: number };

const queue = (read: (queues: HealthFigures) => number) => (reading: Reading) =>
  reading.queues ? [{ labels: {}, value: read(reading.queues) }] : [];

const QUEUES: [name: string, help: string, of: (reading: Reading) => Sample[]][] = [
  ['roadcast_offers_due', 'Offers that are due and not yet claimed.', queue((of) => of.dueAssignments)],
  [
    'roadcast_offers_due_lag_seconds',
    'For how long the oldest of them has been due.',
    queue((of) => of.dueLagSeconds ?? 0),
  ],
  [
    'roadcast_offers_held',
    'Offers whose time has come, but which the rate of their campaign holds back.',
    queue((of) => of.heldAssignments),
  ],
  [
    'roadcast_quarantine_open',
    'Rows of the quarantine that nobody dealt with.',
    queue((of) => of.openQuarantine),
  ],
  ['roadcast_alerts_failed', 'Alerts that could not be delivered.', queue((of) => of.failedAlerts)],
  ['roadcast_database_bytes', 'Size of the database.', queue((of) => of.databaseBytes)],
  ['roadcast_database_connections', 'Open connections to the database.', queue((of) => of.connections)],
  [
    'roadcast_database_oldest_transaction_seconds',
    'Age of the oldest open transaction.',
    queue((of) => of.oldestTransactionSeconds),
  ],
];

/**
 * Metrics of the whole installation, read when they are asked for: the state of every part, what processes
 * tell of themselves, and the queues in Postgres. Every web instance tells the same: scrape one of them.
 */
export function registerStackMetrics(registry: Registry, config: Config, db: Database): void {
  const read = oncePerScrape(async (): Promise<Reading> => {
    const health = await checkHealth(config, db);
    const isUp = health.parts.some(({ part, state }) => part === 'database' && state === 'up');
    return { health, queues: isUp ? await readHealthFigures(db.pool) : undefined };
  });
  const register = (
    name: string,
    help: string,
    labelNames: string[],
    samplesOf: (reading: Reading) => Sample[],
  ) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const samples = samplesOf(await read());
        this.reset();
        // Without labels a reset leaves a 0, which nobody has measured.
        if (labelNames.length === 0) this.remove({});
        for (const { labels, value } of samples) this.set(labels, value);
      },
    });
  register('roadcast_up', '0 where the part is down, else 1.', ['part'], ({ health }) =>
    health.parts.map(({ part, state }) => ({ labels: { part }, value: state === 'down' ? 0 : 1 })),
  );
  for (const [name, part, key, factor, help] of FIGURES) {
    register(name, help, ['instance'], ({ health }) =>
      (health.parts.find((one) => one.part === part)?.instances ?? []).flatMap(({ instance, details }) => {
        const value = details[key];
        return typeof value === 'number' ? [{ labels: { instance }, value: value * factor }] : [];
      }),
    );
  }
  for (const [name, help, of] of QUEUES) register(name, help, [], of);
}

/** All gauges of a scrape share one reading. */
function oncePerScrape<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let current: Promise<Value> | undefined;
  return () => {
    current ??= load().finally(() => {
      setImmediate(() => {
        current = undefined;
      });
    });
    return current;
  };
}
