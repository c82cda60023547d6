import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { gatherWrites } from './gather-writes.ts';

/** Writes as aedes does: each packet corked, its parts written, uncorked at the next tick. */
async function writePackets(socket: Socket, packets: readonly string[]): Promise<void> {
  for (const packet of packets) {
    socket.cork();
    for (const part of packet) socket.write(part);
    await new Promise<void>((resolve) => process.nextTick(resolve));
    socket.uncork();
  }
}

test('packets of one turn leave in one write, in their order; the next turn has a write of its own', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const accepted = once(server, 'connection');
  const client = connect(port, '127.0.0.1');
  const [socket] = (await accepted) as [Socket];
  const heard: string[] = [];
  client.setEncoding('utf8').on('data', (text: string) => heard.push(text));
  let writes = 0;
  const writev = socket._writev?.bind(socket);
  socket._writev = (chunks, done) => {
    writes += 1;
    writev?.(chunks, done);
  };
  gatherWrites(socket);
  for (const packets of [
    ['ab', 'cd', 'ef'],
    ['gh', 'ij'],
  ]) {
    await writePackets(socket, packets);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await expect.poll(() => heard.join('')).toBe('abcdefghij');
  expect(writes).toBe(2);
  client.destroy();
  socket.destroy();
  server.close();
});
