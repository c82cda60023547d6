// Open pages as the gateway sees them: bare WebSocket connections that subscribe to views and count the changes.
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { z } from 'zod';

const Open = z.object({
  kind: z.literal('open'),
  host: z.string(),
  port: z.number(),
  path: z.string(),
  cookie: z.string(),
  sockets: z.number(),
  views: z.array(z.object({ name: z.string(), params: z.record(z.string(), z.json()) })),
});
const Order = z.discriminatedUnion('kind', [
  Open,
  z.object({ kind: z.literal('count') }),
  z.object({ kind: z.literal('close') }),
]);

/** First letter of a frame's kind, as in `{"kind":"change"`. */
const KIND_AT = 9;
const CHANGE = 'c'.charCodeAt(0);

const PING = 0x89;
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

let changes = 0;
let changeBytes = 0;
let snapshots = 0;
const open = new Set<Socket>();

function textFrame(text: string): Buffer {
  const body = Buffer.from(text);
  const mask = randomBytes(4);
  const masked = body.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  const head =
    body.length < 126
      ? Buffer.from([0x81, 0x80 | body.length])
      : Buffer.from([0x81, 0xfe, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([head, mask, masked]);
}

/** Walks over the whole frames of a buffer, answers pings, and returns what is left of the last frame. */
function walk(socket: Socket, bytes: Buffer): Buffer {
  let at = 0;
  for (;;) {
    if (at + 2 > bytes.length) break;
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (at + head > bytes.length) break;
    const length =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    if (at + head + length > bytes.length) break;
    if (bytes[at] === PING) socket.write(PONG);
    else if (bytes[at + head + KIND_AT] === CHANGE) {
      changes += 1;
      changeBytes += head + length;
    } else if (bytes[at + head + KIND_AT] === 's'.charCodeAt(0)) snapshots += 1;
    at += head + length;
  }
  return bytes.subarray(at);
}

function openOne({ host, port, path, cookie, views }: z.infer<typeof Open>): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    let rest: Buffer = Buffer.alloc(0);
    let upgraded = false;
    socket.on('error', reject);
    socket.on('close', () => open.delete(socket));
    socket.on('data', (data: Buffer) => {
      let bytes = rest.length > 0 ? Buffer.concat([rest, data]) : data;
      if (!upgraded) {
        const end = bytes.indexOf('\r\n\r\n');
        if (end < 0) {
          rest = bytes;
          return;
        }
        const status = bytes.subarray(0, bytes.indexOf('\r\n')).toString();
        if (!status.includes('101')) return reject(new Error(`upgrade refused: ${status}`));
        upgraded = true;
        open.add(socket);
        for (const [index, view] of views.entries())
          socket.write(textFrame(JSON.stringify({ kind: 'subscribe', id: index + 1, view })));
        resolve();
        bytes = bytes.subarray(end + 4);
      }
      rest = walk(socket, bytes);
    });
    socket.write(
      [
        `GET ${path} HTTP/1.1`,
        `Host: ${host}:${port}`,
        `Origin: http://${host}:${port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        `Cookie: ${cookie}`,
        '\r\n',
      ].join('\r\n'),
    );
  });
}

async function obey(message: unknown): Promise<void> {
  const order = Order.parse(message);
  if (order.kind === 'open') {
    for (let number = 0; number < order.sockets; number += 1) await openOne(order);
    process.send?.({ kind: 'opened' });
  } else if (order.kind === 'count') {
    process.send?.({ kind: 'counted', changes, changeBytes, snapshots, open: open.size });
  } else {
    for (const socket of open) socket.destroy();
    process.send?.({ kind: 'closed' });
  }
}

process.on('message', (message) => {
  obey(message).catch((error: unknown) => process.send?.({ kind: 'failed', sentence: String(error) }));
});
process.on('disconnect', () => process.exit(0));
process.send?.({ kind: 'ready' });
