import { Gauge, Histogram, Registry } from 'prom-client';
import type { Config } from '#lib/config.ts';
import type { Database } from '#lib/db/client.ts';
import type { Gateway } from '#lib/live/gateway.ts';
import { collectProcessMetrics } from '#lib/process-metrics.ts';
import { registerStackMetrics } from './stack-metrics.ts';

export type Metrics = {
  registry: Registry;
  /** Counts one answered request. */
  observe(method: string, status: number, seconds: number): void;
};

/** Prometheus metrics of the web process, by the names that `docs/operations.md` lists. */
export function createMetrics(config: Config, db: Database, gateway: Gateway): Metrics {
  const registry = new Registry();
  collectProcessMetrics(registry, 'roadcast_web_');
  const requests = new Histogram({
    name: 'roadcast_web_request_seconds',
    help: 'Time to answer a request.',
    labelNames: ['method', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('roadcast_live_sockets', 'Open live connections.', () => gateway.stats().sockets);
  gauge('roadcast_live_views', 'Distinct open views.', () => gateway.stats().views);
  gauge('roadcast_live_frames_total', 'Frames sent since start.', () => gateway.stats().frames);
  gauge('roadcast_live_skipped_total', 'Frames skipped for slow browsers.', () => gateway.stats().skipped);
  gauge('roadcast_db_pool_waiting', 'Queries that wait for a connection.', () => db.pool.waitingCount);
  registerStackMetrics(registry, config, db);
  return {
    registry,
    observe: (method, status, seconds) => requests.observe({ method, status: String(status) }, seconds),
  };
}
