import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { NOTICE_HEAD_BYTES } from '#lib/protocol/broker-notice.ts';
import { MAX_PAYLOAD_BYTES } from '#lib/protocol/primitives.ts';

const publishType = 3;
const empty = Buffer.alloc(0);

/** Topic prefix of a publish that stands for an oversized one; random, so no client can forge it. */
const refusedPrefix = `$refused-${randomBytes(16).toString('hex')}/`;

export type Oversized = { topic: string; length: number; head: Buffer };

/** Reads back what the guard put in place of an oversized publish. */
export function oversizedIn(topic: string, payload: Buffer): Oversized | undefined {
  if (!topic.startsWith(refusedPrefix)) return undefined;
  return {
    topic: topic.slice(refusedPrefix.length),
    length: payload.readUInt32BE(0),
    head: payload.subarray(4),
  };
}

/**
 * Passes the bytes of an MQTT connection on, except publishes above `MAX_PAYLOAD_BYTES`: their body is thrown
 * away as it arrives, and a small publish with the same QoS and message id takes their place, so that the
 * sender gets its acknowledgment and no memory is spent. Other packets that large are a `violation`.
 */
export class SizeGuard {
  #passing = 0;
  #dropping = 0;
  #partial = empty;

  pass(chunk: Buffer): { kind: 'bytes'; bytes: Buffer } | { kind: 'violation' } {
    const input = this.#partial.length > 0 ? Buffer.concat([this.#partial, chunk]) : chunk;
    this.#partial = empty;
    const out: Buffer[] = [];
    let start = 0;
    let at = 0;
    while (at < input.length) {
      if (this.#passing > 0) {
        const step = Math.min(this.#passing, input.length - at);
        this.#passing -= step;
        at += step;
        continue;
      }
      if (this.#dropping > 0) {
        const step = Math.min(this.#dropping, input.length - at);
        this.#dropping -= step;
        at += step;
        start = at;
        continue;
      }
      const frame = readFrame(input, at);
      if (frame.kind === 'violation') return frame;
      if (frame.kind === 'incomplete') {
        this.#partial = Buffer.from(input.subarray(at));
        break;
      }
      if (frame.kind === 'fine') {
        this.#passing = frame.size;
        continue;
      }
      if (at > start) out.push(input.subarray(start, at));
      out.push(frame.substitute);
      this.#dropping = frame.size;
    }
    if (out.length === 0 && start === 0 && at === input.length) return { kind: 'bytes', bytes: input };
    if (at > start) out.push(input.subarray(start, at));
    return { kind: 'bytes', bytes: Buffer.concat(out) };
  }
}

type Frame =
  | { kind: 'incomplete' }
  | { kind: 'violation' }
  | { kind: 'fine'; size: number }
  | { kind: 'oversized'; size: number; substitute: Buffer };

function readFrame(input: Buffer, at: number): Frame {
  let remaining = 0;
  let header = 1;
  for (let shift = 0; ; shift += 7) {
    const byte = input[at + header];
    if (byte === undefined) return { kind: 'incomplete' };
    header++;
    remaining += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
    if (shift === 21) return { kind: 'violation' };
  }
  const size = header + remaining;
  if (remaining <= MAX_PAYLOAD_BYTES) return { kind: 'fine', size };
  const first = input[at] ?? 0;
  if (first >> 4 !== publishType) return { kind: 'violation' };
  const body = at + header;
  if (input.length < body + 2) return { kind: 'incomplete' };
  const topicLength = input.readUInt16BE(body);
  const idLength = (first & 0b110) === 0 ? 0 : 2;
  const length = remaining - 2 - topicLength - idLength;
  if (length < 0) return { kind: 'violation' };
  if (length <= MAX_PAYLOAD_BYTES) return { kind: 'fine', size };
  const payload = body + 2 + topicLength + idLength;
  if (input.length < payload + NOTICE_HEAD_BYTES) return { kind: 'incomplete' };
  const topic = input.subarray(body + 2, body + 2 + topicLength);
  const id = input.subarray(payload - idLength, payload);
  const head = input.subarray(payload, payload + NOTICE_HEAD_BYTES);
  return { kind: 'oversized', size, substitute: substituteFor(first, topic, id, length, head) };
}

function substituteFor(first: number, topic: Buffer, id: Buffer, length: number, head: Buffer): Buffer {
  const prefix = Buffer.from(refusedPrefix);
  const kept = topic.subarray(0, 1024);
  const topicLength = Buffer.alloc(2);
  topicLength.writeUInt16BE(prefix.length + kept.length);
  const payloadLength = Buffer.alloc(4);
  payloadLength.writeUInt32BE(length);
  const body = Buffer.concat([topicLength, prefix, kept, id, payloadLength, head]);
  const remaining = Buffer.from([(body.length & 0x7f) | 0x80, body.length >> 7]);
  return Buffer.concat([Buffer.from([first & 0b1111_1110]), remaining, body]);
}

/** Puts a guard into a socket's `read`, from which aedes takes its bytes. */
export function guardSocket(socket: Socket): void {
  const guard = new SizeGuard();
  const read = socket.read.bind(socket);
  socket.read = (size?: number) => {
    for (;;) {
      const chunk: Buffer | null = read(size);
      if (chunk === null) return null;
      const passed = guard.pass(chunk);
      if (passed.kind === 'violation') {
        socket.destroy();
        return null;
      }
      if (passed.bytes.length > 0) return passed.bytes;
    }
  };
}
