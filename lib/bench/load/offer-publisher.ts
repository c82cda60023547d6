// Limit and rival of notifying. Limit: one mqtt.js connection publishes prepared buffers at QoS 1, many in
// flight. Rival: for one row after the other read, sign, publish, wait for the PUBACK, store.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import mqtt from 'mqtt';
import { z } from 'zod';
import { openDatabase } from '#lib/db/client.ts';
import { sendAtOnce } from '#lib/protocol/send-at-once.ts';

const Setup = z.object({
  kind: z.literal('setup'),
  url: z.string(),
  username: z.string().optional(),
  password: z.string().optional(),
  topic: z.string(),
  databaseUrl: z.string(),
  /** Length of a message. */
  bytes: z.number(),
});
const Order = z.discriminatedUnion('kind', [
  Setup,
  z.object({ kind: z.enum(['limit', 'rival']), count: z.number() }),
]);
const IN_FLIGHT = 1_000;

async function start(
  setup: z.infer<typeof Setup>,
): Promise<(order: 'limit' | 'rival', count: number) => Promise<void>> {
  const { url, username, password, topic, databaseUrl, bytes } = setup;
  const client = sendAtOnce(
    await mqtt.connectAsync(url, {
      username,
      password,
      clientId: `bench-offers-${process.pid}`,
    }),
  );
  const { prisma } = openDatabase(databaseUrl, { max: 1 });
  const { privateKey } = generateKeyPairSync('ed25519');
  const payload = Buffer.alloc(bytes, 'a');
  const topicOf = (number: number) => `${topic}/BNCH${String(number).padStart(13, '0')}`;

  const limit = (count: number) =>
    new Promise<void>((resolve, reject) => {
      let next = 0;
      let done = 0;
      const fill = () => {
        while (next < count && next - done < IN_FLIGHT) {
          client.publish(topicOf(next), payload, { qos: 1 }, (error) => {
            if (error) reject(error);
            done += 1;
            if (done === count) resolve();
            else fill();
          });
          next += 1;
        }
      };
      fill();
    });

  const rival = async (count: number) => {
    const rows = await prisma.assignment.findMany({
      take: count,
      orderBy: { vin: 'asc' },
      select: { campaignId: true, vin: true },
    });
    for (const [index, key] of rows.entries()) {
      const row = await prisma.assignment.findUniqueOrThrow({ where: { campaignId_vin: key } });
      const signed = JSON.stringify({ vin: row.vin, steps: row.steps, issuedAt: new Date() });
      const signature = sign(null, createHash('sha512').update(signed).digest(), privateKey).toString(
        'base64',
      );
      const message = JSON.stringify({ signed, signature }).padEnd(bytes);
      await client.publishAsync(topicOf(index), message, { qos: 1 });
      await prisma.assignment.update({ where: { campaignId_vin: key }, data: { reasonDetail: 'rival' } });
      await prisma.timelineEvent.create({
        data: { vin: row.vin, at: new Date(), kind: 'rival', campaignId: row.campaignId },
      });
    }
  };
  return (order, count) => (order === 'limit' ? limit(count) : rival(count));
}

let run: ((order: 'limit' | 'rival', count: number) => Promise<void>) | undefined;

async function obey(message: unknown): Promise<void> {
  const order = Order.parse(message);
  if (order.kind === 'setup') {
    run = await start(order);
    process.send?.({ kind: 'ready' });
    return;
  }
  const from = performance.now();
  await run?.(order.kind, order.count);
  process.send?.({ kind: 'done', seconds: (performance.now() - from) / 1000 });
}

process.on('message', (message) => {
  obey(message).catch((error: unknown) => {
    process.send?.({ kind: 'failed', sentence: error instanceof Error ? error.message : String(error) });
  });
});
process.on('disconnect', () => process.exit(0));
