import type { IPublishPacket, MqttClient } from 'mqtt';

/** A received message whose acknowledgment waits for the commit. */
export type HeldAck = { stream: object; messageId: number; qos: 1 | 2 };

/** What mqtt.js keeps of an incoming QoS 2 message until its PUBREL is answered. */
type Qos2State = {
  incomingStore: { del(packet: { messageId: number }, done: () => void): void };
  _releaseIncomingQoS2Publish(messageId: number): void;
  noop: () => void;
};

const PUBACK = 0x40;
const PUBCOMP = 0x70;
/** Passed to mqtt.js to say "no acknowledgment yet, go on with the next packet"; made once, it has no stack. */
const withheld = Object.assign(new Error('acknowledged after the commit'), { stack: '' });

/**
 * Holds the PUBACKs of one client back until their messages are committed.
 *
 * mqtt.js acknowledges when `handleMessage` calls back without an error, one packet at a time. Calling back
 * with an error withholds the PUBACK and goes on; it is written here later, many in one write. An
 * acknowledgment belongs to the connection that brought its message: after a reconnect the broker sends the
 * message again, so the old one is dropped. At `limit` unacknowledged messages reading stops, which is the
 * only brake on a broker that knows no receive maximum.
 */
export function holdAcks(
  client: MqttClient,
  limit: number,
  onMessage: (packet: IPublishPacket, ack: HeldAck | undefined) => void,
) {
  let held = 0;
  let resume: (() => void) | undefined;
  let stream: object = client.stream;

  client.handleMessage = (packet, callback) => {
    if (packet.qos === 0 || packet.messageId === undefined) {
      onMessage(packet, undefined);
      callback();
      return;
    }
    if (client.stream !== stream) {
      stream = client.stream;
      held = 0;
      resume = undefined;
    }
    held++;
    onMessage(packet, { stream, messageId: packet.messageId, qos: packet.qos });
    if (held < limit) callback(withheld);
    else resume = () => callback(withheld);
  };

  return {
    /** Acknowledges committed messages; those of an earlier connection are left to their redelivery. */
    release(acks: readonly HeldAck[]): void {
      const current = acks.filter((ack) => ack.stream === client.stream && client.connected);
      if (current.length > 0) {
        for (const ack of current) if (ack.qos === 2) forgetQos2(client, ack.messageId);
        client.stream.write(encode(current));
      }
      held -= acks.filter((ack) => ack.stream === stream).length;
      if (held < limit && resume) {
        const go = resume;
        resume = undefined;
        go();
      }
    },
    get held() {
      return held;
    },
  };
}

export type HeldAcks = ReturnType<typeof holdAcks>;

/** PUBACK and PUBCOMP of success are four bytes in MQTT 3.1.1 and 5 alike (MQTT 5 §3.4.2.1). */
function encode(acks: readonly HeldAck[]): Buffer {
  const bytes = Buffer.allocUnsafe(acks.length * 4);
  let at = 0;
  for (const ack of acks) {
    bytes[at++] = ack.qos === 1 ? PUBACK : PUBCOMP;
    bytes[at++] = 2;
    bytes[at++] = ack.messageId >> 8;
    bytes[at++] = ack.messageId & 0xff;
  }
  return bytes;
}

/** mqtt.js does this itself when it sends PUBCOMP; its types keep the two members private. */
function forgetQos2(client: MqttClient, messageId: number): void {
  const state = client as unknown as Qos2State;
  state.incomingStore.del({ messageId }, state.noop);
  state._releaseIncomingQoS2Publish(messageId);
}
