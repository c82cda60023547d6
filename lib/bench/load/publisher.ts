// A load generator of its own process: prepared PUBLISH packets over a bare socket, QoS 1, many in flight.
import { connect } from 'node:net';
import mqttPacket from 'mqtt-packet';
import { z } from 'zod';
import { makeReports } from './reports.ts';

const Setup = z.object({
  kind: z.literal('setup'),
  host: z.string(),
  port: z.number(),
  username: z.string().optional(),
  password: z.string().optional(),
  topic: z.string(),
  vehicles: z.number(),
  inFlight: z.number(),
});
const Load = z.object({
  kind: z.literal('load'),
  firstSequence: z.number(),
  perVehicle: z.number(),
  changed: z.number(),
  heartbeats: z.boolean().optional(),
  /** Reports a second; without it as fast as they are acknowledged. */
  rate: z.number().optional(),
});
const Order = z.discriminatedUnion('kind', [Setup, Load, z.object({ kind: z.literal('go') })]);

let setup: z.infer<typeof Setup> | undefined;
let revisions = new Int32Array();
let packets: Buffer[] = [];
let rate: number | undefined;
let onAck: (() => void) | undefined;
const parser = mqttPacket.parser();
let write: (packet: Buffer) => boolean = () => false;
let drained: (() => void) | undefined;

/** Prepares the packets, so that sending them costs nearly nothing. */
function load(order: z.infer<typeof Load>): void {
  const { topic, vehicles } = setup ?? fail('load before setup');
  packets = [];
  rate = order.rate;
  for (const { vin, payload } of makeReports({ vehicles, ...order }, revisions)) {
    const messageId = (packets.length % 65_535) + 1;
    packets.push(
      mqttPacket.generate({
        cmd: 'publish',
        topic: `${topic}/${vin}`,
        payload,
        qos: 1,
        messageId,
        dup: false,
        retain: false,
      }),
    );
  }
  process.send?.({ kind: 'loaded', count: packets.length, bytes: packets[0]?.length ?? 0 });
}

/** Sends all; says `sent` when the broker has acknowledged the last. */
function go(): void {
  const limit = setup?.inFlight ?? 1000;
  let next = 0;
  let acknowledged = 0;
  let blocked = false;
  const from = performance.now();
  const due = () =>
    rate === undefined
      ? packets.length
      : Math.min(packets.length, ((performance.now() - from) * rate) / 1000);
  const pump = () => {
    while (!blocked && next < due() && next - acknowledged < limit) {
      const packet = packets[next];
      next += 1;
      if (packet && !write(packet)) {
        blocked = true;
        drained = () => {
          blocked = false;
          pump();
        };
      }
    }
  };
  onAck = () => {
    acknowledged += 1;
    if (acknowledged === packets.length) process.send?.({ kind: 'sent', count: acknowledged });
    else pump();
  };
  pump();
  if (rate === undefined) return;
  const timer = setInterval(() => {
    pump();
    if (next >= packets.length) clearInterval(timer);
  }, 5);
}

function start(order: z.infer<typeof Setup>): void {
  setup = order;
  revisions = new Int32Array(order.vehicles);
  const socket = connect({ host: order.host, port: order.port, noDelay: true });
  write = (packet) => socket.write(packet);
  socket.on('drain', () => drained?.());
  socket.on('data', (data) => parser.parse(data));
  socket.on('error', (error) => fail(error.message));
  parser.on('packet', (packet: { cmd: string; returnCode?: number }) => {
    if (packet.cmd === 'connack') {
      if (packet.returnCode !== 0) fail(`the broker refused the load generator (${packet.returnCode})`);
      process.send?.({ kind: 'ready' });
    } else if (packet.cmd === 'puback') onAck?.();
  });
  socket.write(
    mqttPacket.generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: `bench-publisher-${process.pid}`,
      clean: true,
      keepalive: 0,
      ...(order.username !== undefined && { username: order.username }),
      ...(order.password !== undefined && { password: Buffer.from(order.password) }),
    }),
  );
}

function fail(sentence: string): never {
  process.send?.({ kind: 'failed', sentence });
  process.exit(1);
}

process.on('message', (message) => {
  const order = Order.parse(message);
  if (order.kind === 'setup') start(order);
  else if (order.kind === 'load') load(order);
  else go();
});
process.on('disconnect', () => process.exit(0));
