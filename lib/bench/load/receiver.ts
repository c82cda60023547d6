// The limit of ingest: an mqtt.js client that takes the same messages at QoS 1 and does nothing with them
// (or, on request, parses them), in a process of its own.
import mqtt from 'mqtt';
import { z } from 'zod';
import { parseEcuDetails } from '#lib/protocol/ecu-details.ts';
import { sendAtOnce } from '#lib/protocol/send-at-once.ts';

const Setup = z.object({
  kind: z.literal('setup'),
  url: z.string(),
  username: z.string().optional(),
  password: z.string().optional(),
  topic: z.string(),
  parse: z.boolean().default(false),
  /** A session that the broker keeps, and its messages with it, as the worker's. */
  session: z.boolean().default(false),
});
const Order = z.discriminatedUnion('kind', [
  Setup,
  z.object({ kind: z.literal('expect'), count: z.number() }),
  z.object({ kind: z.literal('cpu') }),
]);

let expected = 0;
let received = 0;

async function start(order: z.infer<typeof Setup>): Promise<void> {
  const client = sendAtOnce(
    await mqtt.connectAsync(order.url, {
      username: order.username,
      password: order.password,
      clientId: `bench-receiver-${process.pid}`,
      clean: !order.session,
      protocolVersion: 4,
    }),
  );
  client.handleMessage = (packet, callback) => {
    if (order.parse) parseEcuDetails(JSON.parse(packet.payload.toString()));
    received += 1;
    if (received === expected) process.send?.({ kind: 'received', count: received });
    callback();
  };
  await client.subscribeAsync(`${order.topic}/+`, { qos: 1 });
  process.send?.({ kind: 'ready' });
}

process.on('message', (message) => {
  const order = Order.parse(message);
  if (order.kind === 'setup') void start(order);
  else if (order.kind === 'expect') {
    expected = order.count;
    received = 0;
    process.send?.({ kind: 'expecting' });
  } else process.send?.({ kind: 'cpu', microseconds: process.cpuUsage().user + process.cpuUsage().system });
});
process.on('disconnect', () => process.exit(0));
