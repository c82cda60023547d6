import type { AedesPublishPacket, Client } from 'aedes';

/** What aedes' client has for its own code; its types leave it out. */
type ClientInside = Client & {
  subscriptions: Record<string, { qos?: number } | undefined>;
  _nextId: number;
  deliverQoS: Deliver;
  waitForDrain(done: () => void): void;
};
type QueuedPublish = AedesPublishPacket & { messageId?: number | undefined };
type Deliver = (packet: QueuedPublish, done: () => void) => void;

const LAST_ID = 65_535;
const PUBLISH_QOS_1 = 0x32;

/**
 * Sends what is already queued for a persistent session at QoS 1 in one step, where aedes makes two copies, a
 * promise and two turns of the event loop of it. Whatever is not plain goes aedes' own way.
 */
export function deliverPlainly(
  client: Client,
  onSent: (client: Client, packet: QueuedPublish) => void,
): void {
  const inside = client as ClientInside;
  const deliver = inside.deliverQoS;
  const finished: (() => void)[] = [];
  const finishSoon = (done: () => void) => {
    if (finished.push(done) > 1) return;
    // Not at once: a long queue of messages would become as deep a stack.
    setImmediate(() => {
      for (const finish of finished.splice(0)) finish();
    });
  };
  inside.deliverQoS = (packet, done) => {
    const exact = inside.subscriptions[packet.topic];
    const isPlain = packet.qos === 1 && !packet.retain && !client.clean && client.connected && !client.closed;
    if (!isPlain || (exact?.qos ?? 1) < 1) return deliver(packet, done);
    packet.messageId = inside._nextId;
    inside._nextId = inside._nextId >= LAST_ID ? 1 : inside._nextId + 1;
    onSent(client, packet);
    const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
    client.conn.cork();
    client.conn.write(headOf(packet.topic, packet.messageId, payload.length));
    const goesOn = client.conn.write(payload);
    client.conn.uncork();
    if (goesOn) finishSoon(done);
    else inside.waitForDrain(() => done());
  };
}

/** PUBLISH at QoS 1 up to its payload (MQTT 3.1.1 §3.3). */
function headOf(topic: string, messageId: number, payloadLength: number): Buffer {
  const topicLength = Buffer.byteLength(topic);
  let remaining = topicLength + 4 + payloadLength;
  const head = Buffer.allocUnsafe(topicLength + 9);
  head[0] = PUBLISH_QOS_1;
  let at = 1;
  do {
    const rest = Math.floor(remaining / 128);
    head[at++] = (remaining % 128) + (rest > 0 ? 128 : 0);
    remaining = rest;
  } while (remaining > 0);
  at = head.writeUInt16BE(topicLength, at);
  at += head.write(topic, at);
  at = head.writeUInt16BE(messageId, at);
  return head.subarray(0, at);
}
