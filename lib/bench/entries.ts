import { ingest } from './entries/ingest.ts';
import type { BenchEntry } from './entry.ts';

/** Every measurement, in the order in which they run. */
export const ENTRIES: readonly BenchEntry[] = [ingest];
