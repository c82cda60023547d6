// What one would write first: a Prisma upsert per vehicle and per ECU of each message, eight messages at once.
import mqtt from 'mqtt';
import { openDatabase } from '#lib/db/client.ts';
import { EcuDetailsFull } from '#lib/protocol/ecu-details.ts';

const {
  DATABASE_URL = '',
  BENCH_MQTT_URL = '',
  BENCH_USERNAME,
  BENCH_PASSWORD,
  BENCH_TOPIC = '',
} = process.env;
const { prisma } = openDatabase(DATABASE_URL, { max: 8 });
let expected = 0;
let stored = 0;

async function store(payload: Buffer): Promise<void> {
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

const waiting: Buffer[] = [];
let running = 0;
function next(): void {
  while (running < 8 && waiting.length > 0) {
    const payload = waiting.shift();
    if (!payload) return;
    running += 1;
    void store(payload).finally(() => {
      running -= 1;
      next();
    });
  }
}

const client = await mqtt.connectAsync(BENCH_MQTT_URL, {
  username: BENCH_USERNAME,
  password: BENCH_PASSWORD,
  clientId: `bench-rival-${process.pid}`,
});
client.on('message', (_topic, payload) => {
  waiting.push(payload);
  next();
});
await client.subscribeAsync(`${BENCH_TOPIC}/+`, { qos: 1 });
process.on('message', (message: { kind: string; count: number }) => {
  expected = message.count;
  stored = 0;
  process.send?.({ kind: 'expecting' });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ kind: 'ready' });
