import { runProcess } from '#lib/process.ts';
import { startEngine } from './engine/engine.ts';
import { campaignPort } from './inbound/assignment-port.ts';
import { runWorker } from './run-worker.ts';

void runProcess('worker', (context) => runWorker(context, { port: campaignPort, startEngine }));
