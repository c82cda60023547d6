// Limit and rival of the gateway: ws on a bare server. Limit: the frames of a tick are made once and written to
// each socket at once. Rival: every message is made and sent for every socket.
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { encodeTextFrame } from '#lib/live/text-frame.ts';

const Order = z.object({
  kind: z.enum(['limit', 'rival']),
  views: z.number(),
  bytes: z.number(),
  everyMs: z.number(),
  seconds: z.number(),
});

const server = createServer();
const sockets = new Map<WebSocket, Duplex>();
const live = new WebSocketServer({ noServer: true, perMessageDeflate: false });
server.on('upgrade', (request, stream, head) => {
  live.handleUpgrade(request, stream, head, (socket) => {
    sockets.set(socket, stream);
    socket.on('close', () => sockets.delete(socket));
  });
});

function tick(order: z.infer<typeof Order>, revision: number): void {
  const change = (channel: number) => ({
    kind: 'change',
    channel,
    from: revision,
    revision: revision + 1,
    filler: 'a'.repeat(Math.max(0, order.bytes - 70)),
  });
  if (order.kind === 'limit') {
    const frames = Array.from({ length: order.views }, (_, view) =>
      encodeTextFrame(JSON.stringify(change(view))),
    );
    const batch = Buffer.concat(frames);
    for (const stream of sockets.values()) stream.write(batch);
    return;
  }
  for (const socket of sockets.keys())
    for (let view = 0; view < order.views; view += 1) socket.send(JSON.stringify(change(view)));
}

process.on('message', (message) => {
  const order = Order.parse(message);
  let revision = 0;
  const timer = setInterval(() => {
    revision += 1;
    tick(order, revision);
  }, order.everyMs);
  setTimeout(() => {
    clearInterval(timer);
    process.send?.({ kind: 'ran' });
  }, order.seconds * 1000);
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ kind: 'ready', port: typeof address === 'object' ? address?.port : 0 });
});
