import type { Delivery } from './delivery.ts';

/** Where a queued message stands; its bytes are on disk under `key`. */
export type Entry = { key: string; messageId?: number | undefined; delivery?: Delivery | undefined };

/** What waits for one client, by place in the queue and by message id. */
export class ClientQueue {
  readonly #byKey = new Map<string, Entry>();
  readonly #byMessageId = new Map<number, Entry>();

  get size(): number {
    return this.#byKey.size;
  }

  add(key: string): void {
    this.#byKey.set(key, { key });
  }

  at(key: string): Entry | undefined {
    return this.#byKey.get(key);
  }

  withMessageId(messageId: number | undefined): Entry | undefined {
    return messageId === undefined ? undefined : this.#byMessageId.get(messageId);
  }

  number(entry: Entry, messageId: number | undefined): void {
    if (entry.messageId !== undefined && this.#byMessageId.get(entry.messageId) === entry) {
      this.#byMessageId.delete(entry.messageId);
    }
    entry.messageId = messageId;
    if (messageId !== undefined) this.#byMessageId.set(messageId, entry);
  }

  remove(entry: Entry): void {
    this.number(entry, undefined);
    this.#byKey.delete(entry.key);
  }
}
