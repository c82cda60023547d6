import type { Channel, Subscriber } from './channel.ts';

/** So long the frames of several channels wait for each other at most: views that change together leave in one write. */
const GATHER_MS = 40;

export type Batch = {
  add(channel: Channel, frame: Buffer): void;
  /** Nothing is being read any more: what is gathered need not wait, once what was read last has been added. */
  rest(): void;
  /** Delivers what has gathered; needed before someone gets a newer snapshot of the same channel. */
  flush(): void;
};

/**
 * Gathers frames for a moment and hands each subscriber those of its channels in one piece; the piece is made once
 * for all who watch the same channels.
 */
export function createBatch(): Batch {
  let gathered: { channel: Channel; frame: Buffer }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isResting = false;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const frames = gathered;
    gathered = [];
    const places = new Map<Subscriber, number[]>();
    for (const [place, { channel }] of frames.entries()) {
      for (const subscriber of channel.subscribers) {
        const known = places.get(subscriber);
        if (known) known.push(place);
        else places.set(subscriber, [place]);
      }
    }
    const pieces = new Map<string, { channels: Channel[]; bytes: Buffer }>();
    for (const [subscriber, own] of places) {
      const key = own.join();
      let piece = pieces.get(key);
      if (!piece) {
        const parts = own.flatMap((place) => frames[place] ?? []);
        piece = {
          channels: parts.map(({ channel }) => channel),
          bytes: Buffer.concat(parts.map(({ frame }) => frame)),
        };
        pieces.set(key, piece);
      }
      subscriber.deliver(piece.channels, piece.bytes);
    }
  };

  return {
    add(channel, frame) {
      gathered.push({ channel, frame });
      timer ??= setTimeout(flush, GATHER_MS);
    },
    rest() {
      if (isResting) return;
      isResting = true;
      setImmediate(() => {
        isResting = false;
        if (timer) flush();
      });
    },
    flush() {
      if (timer) flush();
    },
  };
}
