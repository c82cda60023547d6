import { Readable } from 'node:stream';
import AsyncLevelPersistence, {
  type StoredPacket,
  type StoredSubscription,
} from 'aedes-persistence-level/asyncPersistence.js';
import type { Level } from 'level';
import { ClientQueue, type Entry } from './client-queue.ts';
import { type Delivery, offerIn } from './delivery.ts';
import { GroupCommit } from './group-commit.ts';
import { decodePacket, encodePacket, type QueuedPacket } from './stored-packet.ts';

type ClientRef = { id: string };

export type StoreOptions = {
  /** Most messages kept for this client. */
  queueLimit(clientId: string): number;
  maySubscribe(client: ClientRef, filter: string): boolean;
  /** Is this a message whose acknowledgment is worth a receipt? */
  isOffer(clientId: string, topic: string): boolean;
  onDelivered(clientId: string, delivery: Delivery): void;
  onOverflow(clientId: string, packet: StoredPacket): void;
};

/**
 * The broker's memory in LevelDB. Subscriptions, wills and retained messages are those of
 * aedes-persistence-level. Queues are its own: bounded, indexed in memory, in order; a message costs one
 * write and one removal at QoS 1, and its message id and PUBREL are kept as well at QoS 2. Beside each entry
 * stands which offer it carries, so that receipts survive a restart.
 */
export class BrokerStore extends AsyncLevelPersistence {
  readonly #db: GroupCommit;
  readonly #options: StoreOptions;
  readonly #queues = new Map<string, ClientQueue>();
  /** Message ids of QoS 2 publishes that have not been released yet. */
  readonly #incoming = new Map<string, Set<number>>();
  #queued = 0;

  constructor(db: Level<string, Buffer>, options: StoreOptions) {
    const commits = new GroupCommit(db);
    super(commits);
    this.#db = commits;
    this.#options = options;
  }

  override async setup(broker: unknown): Promise<void> {
    await super.setup(broker);
    for await (const key of this.#db.keys({ gte: 'queue:', lt: 'queue;' })) {
      this.#queueOf(clientIn(key)).add(key);
      this.#queued++;
    }
    for await (const key of this.#db.keys({ gte: 'received:', lt: 'received;' })) {
      this.#incomingOf(clientIn(key)).add(Number(key.slice(key.lastIndexOf(':') + 1)));
    }
  }

  /** Messages that wait for, or are on their way to, all clients. */
  get queuedMessages(): number {
    return this.#queued;
  }

  /** aedes hands over every filter of a SUBSCRIBE as soon as one of them is allowed. */
  override async addSubscriptions(client: ClientRef, subscriptions: StoredSubscription[]): Promise<void> {
    await super.addSubscriptions(
      client,
      subscriptions.filter((subscription) => this.#options.maySubscribe(client, subscription.topic)),
    );
  }

  /** Everything retained is searched only for wildcards and for what is there, not for every vehicle. */
  override createRetainedStreamCombi(patterns: string[]): Readable {
    return Readable.from(this.#retained(patterns));
  }

  override async outgoingEnqueue(subscription: { clientId: string }, packet: QueuedPacket): Promise<void> {
    const { clientId } = subscription;
    const queue = this.#queueOf(clientId);
    if (queue.size >= this.#options.queueLimit(clientId)) {
      this.#options.onOverflow(clientId, packet);
      return;
    }
    const key = keyOf(clientId, packet);
    queue.add(key);
    this.#queued++;
    await this.#db.put(key, encodePacket(packet));
  }

  override async outgoingUpdate(client: ClientRef, packet: QueuedPacket): Promise<void> {
    const queue = this.#queueOf(client.id);
    if (packet.cmd === 'pubrel') {
      const entry = packet.brokerId
        ? queue.at(keyOf(client.id, packet))
        : queue.withMessageId(packet.messageId);
      if (!entry) return;
      queue.number(entry, packet.messageId);
      const { key, delivery } = entry;
      const [, , brokerId, counter] = key.split(':');
      const place = { brokerId: brokerId ?? '', brokerCounter: Number(counter) };
      await this.#db.put(key, encodePacket({ ...packet, ...place, delivery }));
      return;
    }
    // An entry is missing where the queue was full: the message is on its way all the same.
    const entry = queue.at(keyOf(client.id, packet));
    if (!entry) return;
    queue.number(entry, packet.messageId);
    if (packet.topic !== undefined && this.#options.isOffer(client.id, packet.topic)) {
      const offer = Buffer.isBuffer(packet.payload) ? offerIn(packet.payload) : {};
      entry.delivery = { ...offer, qos: packet.qos === 2 ? 2 : 1 };
    }
    if (packet.qos === 2)
      await this.#db.put(entry.key, encodePacket({ ...packet, delivery: entry.delivery }));
  }

  override async outgoingClearMessageId(client: ClientRef, packet: StoredPacket): Promise<undefined> {
    const queue = this.#queues.get(client.id);
    const entry = queue?.withMessageId(packet.messageId);
    if (!queue || !entry) return;
    queue.remove(entry);
    this.#queued--;
    if (queue.size === 0) this.#queues.delete(client.id);
    await this.#db.del(entry.key);
    if (entry.delivery) this.#options.onDelivered(client.id, entry.delivery);
  }

  override outgoingStream(client: ClientRef): Readable {
    return Readable.from(this.#waiting(client.id));
  }

  override async incomingStorePacket(client: ClientRef, packet: StoredPacket): Promise<void> {
    const messageId = packet.messageId ?? 0;
    this.#incomingOf(client.id).add(messageId);
    await this.#db.put(receivedKey(client.id, messageId), Buffer.alloc(0));
  }

  /** aedes only asks whether it is there. */
  override async incomingGetPacket(client: ClientRef, packet: StoredPacket): Promise<StoredPacket> {
    const { messageId = 0 } = packet;
    if (!this.#incoming.get(client.id)?.has(messageId)) throw new Error('no such packet');
    return { messageId };
  }

  override async incomingDelPacket(client: ClientRef, packet: StoredPacket): Promise<void> {
    const messageId = packet.messageId ?? 0;
    this.#incoming.get(client.id)?.delete(messageId);
    await this.#db.del(receivedKey(client.id, messageId));
  }

  override async cleanIncoming(client: ClientRef): Promise<void> {
    const messageIds = this.#incoming.get(client.id);
    if (!messageIds) return;
    this.#incoming.delete(client.id);
    await Promise.all([...messageIds].map((messageId) => this.#db.del(receivedKey(client.id, messageId))));
  }

  /** Ends a client's session for good: its subscriptions and what waits for it. */
  async purge(clientId: string): Promise<void> {
    await this.cleanSubscriptions({ id: clientId });
    await this.cleanIncoming({ id: clientId });
    this.#queued -= this.#queues.get(clientId)?.size ?? 0;
    this.#queues.delete(clientId);
    await this.#db.clear(rangeOf(clientId));
  }

  async forgetRetained(topic: string): Promise<void> {
    await this.#db.del(`retained:${topic}`);
  }

  /** Resolves when everything told so far is on disk. */
  flush(): Promise<void> {
    return this.#db.flush();
  }

  async *#retained(patterns: string[]): AsyncGenerator<unknown> {
    const worthwhile: string[] = [];
    for (const pattern of patterns) {
      const isThere = /[+#]/.test(pattern) || (await this.#db.get(`retained:${pattern}`)) !== undefined;
      if (isThere) worthwhile.push(pattern);
    }
    if (worthwhile.length > 0) yield* super.createRetainedStreamCombi(worthwhile);
  }

  async *#waiting(clientId: string): AsyncGenerator<QueuedPacket> {
    for await (const bytes of this.#db.values(rangeOf(clientId))) {
      const packet = decodePacket(bytes);
      const entry = this.#queues.get(clientId)?.at(keyOf(clientId, packet));
      if (!entry) continue;
      entry.delivery ??= packet.delivery;
      yield { ...packet, ...numberOf(entry, packet) };
    }
  }

  #queueOf(clientId: string): ClientQueue {
    let queue = this.#queues.get(clientId);
    if (!queue) {
      queue = new ClientQueue();
      this.#queues.set(clientId, queue);
    }
    return queue;
  }

  #incomingOf(clientId: string): Set<number> {
    let messageIds = this.#incoming.get(clientId);
    if (!messageIds) {
      messageIds = new Set();
      this.#incoming.set(clientId, messageIds);
    }
    return messageIds;
  }
}

function numberOf(entry: Entry, packet: QueuedPacket): Pick<StoredPacket, 'messageId'> {
  const messageId = entry.messageId ?? packet.messageId;
  return messageId === undefined ? {} : { messageId };
}

function keyOf(clientId: string, packet: StoredPacket): string {
  const counter = String(packet.brokerCounter ?? 0).padStart(16, '0');
  return `queue:${encodeURIComponent(clientId)}:${packet.brokerId}:${counter}`;
}

function receivedKey(clientId: string, messageId: number): string {
  return `received:${encodeURIComponent(clientId)}:${messageId}`;
}

function rangeOf(clientId: string) {
  const id = encodeURIComponent(clientId);
  return { gte: `queue:${id}:`, lt: `queue:${id};` };
}

function clientIn(key: string): string {
  return decodeURIComponent(key.split(':')[1] ?? '');
}
