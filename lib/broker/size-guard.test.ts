import fc from 'fast-check';
import mqttPacket from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { MAX_PAYLOAD_BYTES } from '#lib/protocol/primitives.ts';
import { oversizedIn, SizeGuard } from './size-guard.ts';

type Sent = { size: number; qos: 0 | 1 | 2 };
type Passed = { topic: string; payload: Buffer; qos: number; messageId: number | undefined };

const topic = 'ECU_Details/WVWZZZ1JZXW000001';
const bytesOf = ({ size, qos }: Sent, index: number) =>
  mqttPacket.generate({
    cmd: 'publish',
    topic,
    payload: Buffer.alloc(size, index % 251),
    qos,
    dup: false,
    retain: false,
    ...(qos > 0 ? { messageId: index + 1 } : {}),
  });

function passThrough(stream: Buffer, cuts: readonly number[]): Passed[] {
  const guard = new SizeGuard();
  const parser = mqttPacket.parser();
  const passed: Passed[] = [];
  parser.on('packet', (packet) => {
    if (packet.cmd !== 'publish' || !Buffer.isBuffer(packet.payload)) throw new Error(packet.cmd);
    passed.push({
      topic: packet.topic,
      payload: packet.payload,
      qos: packet.qos,
      messageId: packet.messageId,
    });
  });
  const places = [0, ...cuts.map((cut) => cut % stream.length).toSorted((a, b) => a - b), stream.length];
  for (let index = 1; index < places.length; index++) {
    const result = guard.pass(Buffer.from(stream.subarray(places[index - 1], places[index])));
    if (result.kind === 'violation') throw new Error('violation');
    if (result.bytes.length > 0) parser.parse(result.bytes);
  }
  return passed;
}

describe('the size guard', () => {
  it('passes every packet in order however the bytes are cut, and shortens the oversized ones alone', () => {
    const size = fc.oneof(
      fc.nat(300),
      fc.integer({ min: MAX_PAYLOAD_BYTES - 40, max: MAX_PAYLOAD_BYTES + 5_000 }),
    );
    const sent = fc.array(fc.record({ size, qos: fc.constantFrom(0, 1, 2) }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(sent, fc.array(fc.nat(), { maxLength: 40 }), (packets: Sent[], cuts) => {
        const passed = passThrough(Buffer.concat(packets.map(bytesOf)), cuts);
        expect(passed).toHaveLength(packets.length);
        for (const [index, { size, qos }] of packets.entries()) {
          const packet = passed[index];
          if (!packet) throw new Error('missing');
          expect([packet.qos, packet.messageId]).toEqual([qos, qos > 0 ? index + 1 : undefined]);
          const oversized = oversizedIn(packet.topic, packet.payload);
          expect(oversized !== undefined).toBe(size > MAX_PAYLOAD_BYTES);
          if (oversized) expect(oversized).toMatchObject({ topic, length: size });
          else expect([packet.topic, packet.payload.length]).toEqual([topic, size]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('ends a connection that sends another kind of packet that large, or a broken length', () => {
    const subscribe = mqttPacket.generate({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: Array.from({ length: 6 }, () => ({ topic: 'x'.repeat(60_000), qos: 0 as const })),
    });
    expect(new SizeGuard().pass(subscribe)).toEqual({ kind: 'violation' });
    expect(new SizeGuard().pass(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01]))).toEqual({
      kind: 'violation',
    });
  });
});
