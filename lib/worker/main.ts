import { runProcess } from '#lib/process.ts';
import { eventsOnly } from './inbound/assignment-port.ts';
import { runWorker } from './run-worker.ts';

void runProcess('worker', (context) =>
  runWorker(context, {
    port: eventsOnly,
    startEngine: async () => ({ stop: async () => undefined }),
  }),
);
