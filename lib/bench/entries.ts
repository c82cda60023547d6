import { ingest } from './entries/ingest.ts';
import { ingestCpu } from './entries/ingest-cpu.ts';
import { notify } from './entries/notify.ts';
import { plan } from './entries/plan.ts';
import { preview } from './entries/preview.ts';
import type { BenchEntry } from './entry.ts';

/** Every measurement, in the order in which they run. */
export const ENTRIES: readonly BenchEntry[] = [ingest, ingestCpu, notify, plan, preview];
