import type { GroupCommit } from './group-commit.ts';
import { clientOfKey } from './stored-packet.ts';

/** Message ids of QoS 2 publishes that their clients have not released yet. */
export class ReceivedIds {
  readonly #db: GroupCommit;
  readonly #byClient = new Map<string, Set<number>>();

  constructor(db: GroupCommit) {
    this.#db = db;
  }

  async load(): Promise<void> {
    for await (const key of this.#db.keys({ gte: 'received:', lt: 'received;' })) {
      this.#of(clientOfKey(key)).add(Number(key.slice(key.lastIndexOf(':') + 1)));
    }
  }

  has(clientId: string, messageId: number): boolean {
    return this.#byClient.get(clientId)?.has(messageId) ?? false;
  }

  async add(clientId: string, messageId: number): Promise<void> {
    const messageIds = this.#of(clientId);
    messageIds.add(messageId);
    try {
      await this.#db.put(keyOf(clientId, messageId), Buffer.alloc(0));
    } catch (error) {
      // Sent again, it must not be taken for a duplicate.
      messageIds.delete(messageId);
      throw error;
    }
  }

  async remove(clientId: string, messageId: number): Promise<void> {
    this.#byClient.get(clientId)?.delete(messageId);
    await this.#db.del(keyOf(clientId, messageId));
  }

  async clear(clientId: string): Promise<void> {
    const messageIds = this.#byClient.get(clientId);
    if (!messageIds) return;
    this.#byClient.delete(clientId);
    await Promise.all([...messageIds].map((messageId) => this.#db.del(keyOf(clientId, messageId))));
  }

  #of(clientId: string): Set<number> {
    let messageIds = this.#byClient.get(clientId);
    if (!messageIds) {
      messageIds = new Set();
      this.#byClient.set(clientId, messageIds);
    }
    return messageIds;
  }
}

function keyOf(clientId: string, messageId: number): string {
  return `received:${encodeURIComponent(clientId)}:${messageId}`;
}
