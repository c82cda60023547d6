import type { Channel, Subscriber } from './channel.ts';

/** So long the frames of several channels wait for each other at most: views that change together leave in one write. */
const GATHER_MS = 40;

type Part = { channel: Channel; frame: Buffer };
/** A part and those that came before it to the same subscribers. */
export type Piece = {
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

/** Marks every subscriber of these parts with its piece, and returns them. */
function gatherFor(parts: readonly Part[]): Subscriber[] {
  const none: Piece = { next: new Map() };
  const touched: Subscriber[] = [];
  for (const part of parts) {
    // Those who come one after the other mostly watch the same: the way from piece to piece is looked up once.
    let from: Piece | undefined;
    let to: Piece | undefined;
    for (const subscriber of part.channel.subscribers) {
      if (subscriber.gathered === undefined) touched.push(subscriber);
      const before = subscriber.gathered ?? none;
      if (before !== from) {
        from = before;
        to = before.next.get(part) ?? { before, part, next: new Map() };
        before.next.set(part, to);
      }
      subscriber.gathered = to;
    }
  }
  return touched;
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
    for (const subscriber of gatherFor(parts)) {
      const piece = subscriber.gathered;
      subscriber.gathered = undefined;
      if (!piece) continue;
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
