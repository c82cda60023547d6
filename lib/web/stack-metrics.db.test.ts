import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { testEnv } from '#e2e/fixtures/env.ts';
import { loadConfig } from '#lib/config.ts';
import { openDatabase } from '#lib/db/client.ts';
import { checkHealth } from './health.ts';
import { registerStackMetrics } from './stack-metrics.ts';

let db: TestDatabase;
const config = loadConfig(testEnv({ PAYLOAD_PORT: '1' }));

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const beat = (name: string, details: object, ageSeconds = 0) =>
  db.pool.query(
    `INSERT INTO process_heartbeats (name, instance, started_at, at, details)
     VALUES ($1, $1 || '-1', now(), now() - make_interval(secs => $3), $2)
     ON CONFLICT (name, instance) DO UPDATE SET at = EXCLUDED.at, details = EXCLUDED.details`,
    [name, details, ageSeconds],
  );

async function scrape(of = db): Promise<string> {
  const registry = new Registry();
  registerStackMetrics(registry, config, of);
  return registry.metrics();
}

it('tells of every part, and what processes say of themselves, in one scrape', async () => {
  await beat('worker', { lagMs: 2500, messages: 7, state: 'active' });
  await beat('broker', { connected: 3 });
  await beat('payload', {});
  const text = await scrape();
  expect(text).toContain('roadcast_up{part="worker"} 1');
  expect(text).toContain('roadcast_up{part="payload"} 1');
  expect(text).toContain('roadcast_worker_lag_seconds{instance="worker-1"} 2.5');
  expect(text).toContain('roadcast_broker_connected{instance="broker-1"} 3');
  expect(text).toContain('roadcast_offers_due 0');
});

it('shows a part as down when its last sign of life is old', async () => {
  await beat('worker', { lagMs: 1 }, 30);
  await beat('payload', {}, 30);
  const text = await scrape();
  expect(text).toContain('roadcast_up{part="worker"} 0');
  expect(text).toContain('roadcast_up{part="payload"} 0');
  expect(text).not.toContain('roadcast_worker_lag_seconds{');
  expect((await checkHealth(config, db)).healthy).toBe(false);
});

it('still answers without a database', async () => {
  const gone = openDatabase('postgresql://nobody@127.0.0.1:1/none', { max: 1 });
  const text = await scrape({ ...gone, url: '', drop: () => gone.close() });
  await gone.close();
  expect(text).toContain('roadcast_up{part="database"} 0');
  expect(text).not.toMatch(/^roadcast_offers_due \d/m);
});
