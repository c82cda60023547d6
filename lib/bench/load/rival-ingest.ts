// What one would write first: a Prisma upsert per vehicle and per ECU of each message, eight messages at once.
import mqtt from 'mqtt';
import { z } from 'zod';
import { type Database, openDatabase } from '#lib/db/client.ts';
import { EcuDetailsFull } from '#lib/protocol/ecu-details.ts';
import { sendAtOnce } from '#lib/protocol/send-at-once.ts';

const Setup = z.object({
  kind: z.literal('setup'),
  url: z.string(),
  username: z.string().optional(),
  password: z.string().optional(),
  topic: z.string(),
  databaseUrl: z.string(),
});
const Order = z.discriminatedUnion('kind', [
  Setup,
  z.object({ kind: z.literal('expect'), count: z.number() }),
]);

let expected = 0;
let stored = 0;
const waiting: Buffer[] = [];
let running = 0;

async function store({ prisma }: Database, payload: Buffer): Promise<void> {
  const { vin, ecus, sequence } = EcuDetailsFull.parse(JSON.parse(payload.toString()));
  const now = new Date();
  const seen = { sequence, lastSeenAt: now, lastReportAt: now };
  await prisma.vehicleState.upsert({ where: { vin }, create: { vin, ...seen }, update: seen });
  for (const { ecuId, type, hardwareVersion, softwareVersion, status } of ecus) {
    const row = { type, hardwareVersion, softwareVersion, status, changedAt: now };
    await prisma.ecu.upsert({
      where: { vin_ecuId: { vin, ecuId } },
      create: { vin, ecuId, ...row },
      update: row,
    });
  }
  stored += 1;
  if (stored === expected) process.send?.({ kind: 'received' });
}

function next(db: Database): void {
  while (running < 8) {
    const payload = waiting.shift();
    if (!payload) return;
    running += 1;
    store(db, payload)
      .catch((error: unknown) => process.send?.({ kind: 'failed', sentence: String(error) }))
      .finally(() => {
        running -= 1;
        next(db);
      });
  }
}

async function start({ url, username, password, topic, databaseUrl }: z.infer<typeof Setup>): Promise<void> {
  const db = openDatabase(databaseUrl, { max: 8 });
  const client = sendAtOnce(
    await mqtt.connectAsync(url, { username, password, clientId: `bench-rival-${process.pid}` }),
  );
  client.on('message', (_topic, payload) => {
    waiting.push(payload);
    next(db);
  });
  await client.subscribeAsync(`${topic}/+`, { qos: 1 });
  process.send?.({ kind: 'ready' });
}

process.on('message', (message) => {
  const order = Order.parse(message);
  if (order.kind === 'setup') void start(order);
  else {
    expected = order.count;
    stored = 0;
    process.send?.({ kind: 'expecting' });
  }
});
process.on('disconnect', () => process.exit(0));
