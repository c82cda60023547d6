import type { StoredPacket } from 'aedes-persistence-level/asyncPersistence.js';
import type { Delivery } from './delivery.ts';

/** A message that waits for a client, or the PUBREL that is left of it at QoS 2. */
export type QueuedPacket = StoredPacket & { delivery?: Delivery | undefined };

/** One queued message as bytes: length of the header, header as JSON, payload. */
export function encodePacket(packet: QueuedPacket): Buffer {
  const { cmd, topic, qos, messageId, brokerId, brokerCounter, delivery, payload } = packet;
  const header = Buffer.from(
    JSON.stringify({ cmd, topic, qos, messageId, brokerId, brokerCounter, delivery }),
    'utf8',
  );
  const length = Buffer.alloc(4);
  length.writeUInt32BE(header.length);
  return Buffer.concat([length, header, payloadOf(packet, payload)]);
}

/** Reads back what `encodePacket` wrote. */
export function decodePacket(bytes: Buffer): QueuedPacket {
  const end = 4 + bytes.readUInt32BE(0);
  return { ...JSON.parse(bytes.toString('utf8', 4, end)), payload: bytes.subarray(end) };
}

function payloadOf({ cmd }: QueuedPacket, payload: StoredPacket['payload']): Buffer {
  if (cmd === 'pubrel' || payload === undefined) return Buffer.alloc(0);
  return Buffer.isBuffer(payload) ? payload : Buffer.from(payload);
}
