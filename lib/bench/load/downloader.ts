// Parallel ranged downloads over kept connections; what comes is counted and thrown away.
import { Agent, get } from 'node:http';
import { z } from 'zod';

const Order = z.object({
  kind: z.literal('download'),
  url: z.string(),
  parallel: z.number(),
  requests: z.number(),
  rangeBytes: z.number(),
  fileBytes: z.number(),
});
const agent = new Agent({ keepAlive: true, maxSockets: 1_000 });

function fetchRange(url: string, start: number, end: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: { range: `bytes=${start}-${end}` } }, (response) => {
      if (response.statusCode !== 206) reject(new Error(`${url} answers ${response.statusCode}`));
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () => resolve(bytes));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}

async function download({
  url,
  parallel,
  requests,
  rangeBytes,
  fileBytes,
}: z.infer<typeof Order>): Promise<number> {
  let next = 0;
  let bytes = 0;
  const lane = async () => {
    while (next < requests) {
      const start = (next * rangeBytes) % (fileBytes - rangeBytes);
      next += 1;
      const received = await fetchRange(url, start, start + rangeBytes - 1);
      bytes += received;
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  return bytes;
}

process.on('message', (message) => {
  const from = performance.now();
  download(Order.parse(message)).then(
    (bytes) => process.send?.({ kind: 'downloaded', bytes, seconds: (performance.now() - from) / 1000 }),
    (error: unknown) => process.send?.({ kind: 'failed', sentence: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ kind: 'ready' });
