import type { Channel, Subscriber } from './channel.ts';

/** So long the frames of several channels wait for each other at most: views that change together leave in one write. */
const GATHER_MS = 40;

type Part = { channel: Channel; frame: Buffer };
/** A part and those that came before it to the same subscribers. */
type Piece = {
  before?: Piece;
  part?: Part;
  next: Map<Part, Piece>;
  made?: { channels: Channel[]; bytes: Buffer };
};

function make(last: Piece): { channels: Channel[]; bytes: Buffer } {
  const parts: Part[] = [];
  for (let piece: Piece | undefined = last; piece?.part; piece = piece.before) parts.unshift(piece.part);
  return {
    channels: parts.map(({ channel }) => channel),
    bytes: Buffer.concat(parts.map(({ frame }) => frame)),
  };
}

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
  let gathered: Part[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isResting = false;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const parts = gathered;
    gathered = [];
    const none: Piece = { next: new Map() };
    const pieces = new Map<Subscriber, Piece>();
    for (const part of parts) {
      for (const subscriber of part.channel.subscribers) {
        const before = pieces.get(subscriber) ?? none;
        let piece = before.next.get(part);
        if (!piece) {
          piece = { before, part, next: new Map() };
          before.next.set(part, piece);
        }
        pieces.set(subscriber, piece);
      }
    }
    for (const [subscriber, piece] of pieces) {
      piece.made ??= make(piece);
      subscriber.deliver(piece.made.channels, piece.made.bytes);
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
