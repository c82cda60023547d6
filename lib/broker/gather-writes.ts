import type { Socket } from 'node:net';

/**
 * Lets the packets that a socket is given within one turn of the event loop leave in one write. aedes corks
 * a socket packet by packet; a system call for each is what a busy subscriber costs most.
 */
export function gatherWrites(socket: Socket): void {
  const cork = socket.cork.bind(socket);
  let isGathering = false;
  socket.cork = () => {
    if (!isGathering) {
      isGathering = true;
      cork();
      setImmediate(() => {
        isGathering = false;
        socket.uncork();
      });
    }
    cork();
  };
}
