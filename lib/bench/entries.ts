import { bytes } from './entries/bytes.ts';
import { growth } from './entries/growth.ts';
import { idle } from './entries/idle.ts';
import { ingest } from './entries/ingest.ts';
import { ingestCpu } from './entries/ingest-cpu.ts';
import { loop } from './entries/loop.ts';
import { notify } from './entries/notify.ts';
import { payload } from './entries/payload.ts';
import { pixel } from './entries/pixel.ts';
import { plan } from './entries/plan.ts';
import { preview } from './entries/preview.ts';
import { smooth } from './entries/smooth.ts';
import { sockets } from './entries/sockets.ts';
import { views } from './entries/views.ts';
import type { BenchEntry } from './entry.ts';

/** Every measurement, in the order in which they run. */
export const ENTRIES: readonly BenchEntry[] = [
  ingest,
  ingestCpu,
  notify,
  loop,
  pixel,
  smooth,
  plan,
  preview,
  views,
  sockets,
  payload,
  bytes,
  growth,
  idle,
];
