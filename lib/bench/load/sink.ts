// Proves that a load generator is not the bottleneck: a broker's face that only acknowledges what it is sent.
import { createServer } from 'node:net';

const CONNACK = Buffer.from([0x20, 2, 0, 0]);

const server = createServer((socket) => {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (data: Buffer) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, data]) : data;
    const acks: number[] = [];
    let at = 0;
    for (;;) {
      let length = 0;
      let shift = 0;
      let head = at + 1;
      let byte = 0x80;
      while (byte & 0x80 && head < bytes.length) {
        byte = bytes[head] ?? 0;
        length |= (byte & 0x7f) << shift;
        shift += 7;
        head += 1;
      }
      if (byte & 0x80 || head + length > bytes.length) break;
      const kind = (bytes[at] ?? 0) >> 4;
      if (kind === 1) socket.write(CONNACK);
      else if (kind === 3) {
        const id = head + 2 + bytes.readUInt16BE(head);
        acks.push(0x40, 2, bytes[id] ?? 0, bytes[id + 1] ?? 0);
      }
      at = head + length;
    }
    rest = bytes.subarray(at);
    if (acks.length > 0) socket.write(Buffer.from(acks));
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ kind: 'ready', port: typeof address === 'object' ? address?.port : 0 });
});
process.on('disconnect', () => process.exit(0));
