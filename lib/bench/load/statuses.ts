// A load generator of its own process: vehicles that tell their progress, as many messages as it is given leave for.
import { connect, type Socket } from 'node:net';
import mqttPacket from 'mqtt-packet';
import { z } from 'zod';
import { benchVin } from './reports.ts';

const Setup = z.object({
  kind: z.literal('setup'),
  host: z.string(),
  port: z.number(),
  username: z.string(),
  password: z.string(),
  topic: z.string(),
  campaignId: z.string(),
  vehicles: z.number(),
  firstSequence: z.number(),
});
const Order = z.discriminatedUnion('kind', [Setup, z.object({ kind: z.literal('send'), count: z.number() })]);

let setup: z.infer<typeof Setup> | undefined;
let socket: Socket | undefined;
let sent = 0;

const PHASES = ['received', 'accepted', 'downloading'] as const;

/** The n-th message: every vehicle once, then every vehicle again, a little further each time. */
function statusOf({ topic, campaignId, vehicles, firstSequence }: z.infer<typeof Setup>, n: number): Buffer {
  const vin = benchVin(n % vehicles);
  const turn = Math.floor(n / vehicles);
  const phase = PHASES[turn] ?? 'downloading';
  const payload = JSON.stringify({
    v: 1,
    vin,
    sequence: firstSequence + turn,
    campaignId,
    attempt: 1,
    phase,
    ...(phase === 'downloading' && { progress: turn % 100 }),
  });
  const messageId = (n % 65_535) + 1;
  return mqttPacket.generate({
    cmd: 'publish',
    topic: `${topic}/${vin}`,
    payload,
    qos: 1,
    messageId,
    dup: false,
    retain: false,
  });
}

function start(order: z.infer<typeof Setup>): void {
  setup = order;
  const parser = mqttPacket.parser();
  const stream = connect({ host: order.host, port: order.port, noDelay: true });
  socket = stream;
  stream.on('data', (data) => parser.parse(data));
  stream.on('error', (error) => process.send?.({ kind: 'failed', sentence: error.message }));
  parser.on('packet', ({ cmd }: { cmd: string }) => {
    if (cmd === 'connack') process.send?.({ kind: 'ready' });
  });
  stream.write(
    mqttPacket.generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: `bench-statuses-${process.pid}`,
      clean: true,
      keepalive: 0,
      username: order.username,
      password: Buffer.from(order.password),
    }),
  );
}

process.on('message', (message) => {
  const order = Order.parse(message);
  if (order.kind === 'setup') return start(order);
  if (!setup || !socket) return;
  const packets: Buffer[] = [];
  for (const until = sent + order.count; sent < until; sent += 1) packets.push(statusOf(setup, sent));
  socket.write(Buffer.concat(packets));
});
process.on('disconnect', () => process.exit(0));
