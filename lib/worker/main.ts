import { runProcess } from '#lib/process.ts';
import { startEngine } from './engine/engine.ts';
import { startHousekeeping } from './housekeeping.ts';
import { campaignPort } from './inbound/assignment-port.ts';
import { runWorker } from './run-worker.ts';

void runProcess('worker', async (context) => {
  const worker = await runWorker(context, { port: campaignPort, startEngine });
  const housekeeping = startHousekeeping(context);
  return {
    ...worker,
    async stop() {
      await housekeeping.stop();
      await worker.stop();
    },
  };
});
