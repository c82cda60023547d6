import { collectDefaultMetrics, type Registry } from 'prom-client';

/** Measuring the event loop's lag wakes the process: each 10 ms it was more than half of an idle one's CPU. */
const LOOP_SAMPLE_MS = 100;

/** What Node tells of a process: CPU, memory, collector, and the event loop's lag, looked at each 100 ms. */
export function collectProcessMetrics(register: Registry, prefix = ''): void {
  collectDefaultMetrics({ register, prefix, eventLoopMonitoringPrecision: LOOP_SAMPLE_MS });
}
