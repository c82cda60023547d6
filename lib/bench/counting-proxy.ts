import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type CountingProxy = { port: number; bytes(): number; reset(): void; stop(): Promise<void> };

/** Passes TCP connections on and counts the bytes of both directions, as MQTT puts them on the wire. */
export async function startCountingProxy(target: { host: string; port: number }): Promise<CountingProxy> {
  let bytes = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ ...target, noDelay: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (data: Buffer) => {
        bytes += data.length;
        to.write(data);
      });
      from.on('close', () => to.destroy());
      from.on('error', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    bytes: () => bytes,
    reset: () => {
      bytes = 0;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
