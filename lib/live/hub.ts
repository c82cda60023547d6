import type { LiveHint } from '#lib/protocol/live-hint.ts';
import { createBatch } from './batch.ts';
import { type AnyView, Channel, type ReadQueue, type Subscriber } from './channel.ts';
import { createReadQueue } from './read-queue.ts';
import { createRereads, type Reread } from './rereads.ts';
import type { LiveContext } from './view.ts';
import { viewKey } from './view-key.ts';

const READS_AT_A_TIME = 4;
/** A view that nobody watches is kept for a moment, so that a reload finds it. */
const LINGER_MS = 5_000;

/** All open views of this process, each shared by everyone who watches it. */
export class ViewHub {
  #channels = new Map<string, Channel>();
  #context: LiveContext;
  #batch = createBatch();
  #queue = createReadQueue(READS_AT_A_TIME, this.#batch.rest);
  #reread: Reread;
  #next = 1;
  #onError: (view: string, error: unknown) => void;

  constructor(context: LiveContext, onError: (view: string, error: unknown) => void) {
    this.#context = context;
    this.#onError = onError;
    this.#reread = createRereads(context, this.#queue);
  }

  get size(): number {
    return this.#channels.size;
  }

  open(view: AnyView, params: unknown, subscriber: Subscriber): Channel {
    const key = viewKey(view.name, params);
    let channel = this.#channels.get(key);
    if (!channel) {
      const told = (error: unknown) => {
        this.#onError(view.name, error);
        throw error;
      };
      const queue: ReadQueue = (read) => this.#queue(read).catch(told);
      const reread: Reread = (...wish) => this.#reread(...wish).catch(told);
      channel = new Channel(this.#next++, key, view, params, this.#context, queue, reread, this.#batch.add);
      this.#channels.set(key, channel);
    }
    this.flush();
    channel.subscribers.add(subscriber);
    // Left before its first read, it was not read.
    if (channel.revision === 0) channel.touch();
    return channel;
  }

  leave(channel: Channel, subscriber: Subscriber): void {
    channel.subscribers.delete(subscriber);
    if (channel.subscribers.size > 0) return;
    setTimeout(() => {
      if (channel.subscribers.size > 0 || this.#channels.get(channel.key) !== channel) return;
      this.#channels.delete(channel.key);
      channel.close();
    }, LINGER_MS).unref();
  }

  /** Sends what waits to be sent together, so that a snapshot is not followed by older changes. */
  flush(): void {
    this.#batch.flush();
  }

  /** Reads again whatever the hint may concern; without one, everything. */
  touch(hint?: LiveHint): void {
    for (const channel of this.#channels.values()) {
      if (hint === undefined || channel.isAffectedBy(hint)) channel.touch();
      else if (channel.isSeenBy(hint)) channel.touch('seen');
    }
  }

  close(): void {
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
  }
}
