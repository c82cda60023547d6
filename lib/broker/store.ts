import { Readable } from 'node:stream';
import AsyncLevelPersistence, {
  type StoredPacket,
  type StoredSubscription,
} from 'aedes-persistence-level/asyncPersistence.js';
import type { Level } from 'level';
import { ClientQueue, type Entry, type PacketName } from './client-queue.ts';
import { type Delivery, offerIn } from './delivery.ts';
import { GroupCommit } from './group-commit.ts';
import { Journal } from './journal.ts';
import type { MessageHeader } from './journal-record.ts';
import { ReceivedIds } from './received-ids.ts';
import { clientOfKey, decodePacket, type QueuedPacket } from './stored-packet.ts';

type ClientRef = { id: string; clean?: boolean };

export type StoreOptions = {
  /** Where the journal of what is queued has its files. */
  journalDirectory: string;
  /** Most messages kept for this client. */
  queueLimit(clientId: string): number;
  maySubscribe(client: ClientRef, filter: string): boolean;
  /** Is this a message whose acknowledgment is worth a receipt? */
  isOffer(clientId: string, topic: string): boolean;
  onDelivered(clientId: string, delivery: Delivery): void;
  onOverflow(clientId: string, packet: StoredPacket): void;
  /** Something could not be read. */
  onError(error: unknown): void;
  /** Bytes in the journal that are not whole, as a killed process leaves them behind. */
  onDamage(path: string, bytes: number): void;
};

/** So many times a client that catches up is asked what has come meanwhile; one that never does goes on live. */
const MOST_PASSES = 10;

const settled = Promise.resolve();
const nothing = Buffer.alloc(0);

/**
 * The broker's memory. Subscriptions, wills and retained messages are those of aedes-persistence-level. Queues
 * are its own: bounded, indexed in memory, in order, their messages in a journal; a message costs one write
 * and a few bytes for its removal at QoS 1, and its message id and PUBREL are kept as well at QoS 2. Beside
 * each entry stands which offer it carries, so that receipts survive a restart.
 */
export class BrokerStore extends AsyncLevelPersistence {
  readonly #db: GroupCommit;
  readonly #options: StoreOptions;
  readonly #journal: Journal<Entry>;
  readonly #queues = new Map<string, ClientQueue>();
  readonly #received: ReceivedIds;
  /** Connections by number, and which of them have been given what waited for them. */
  readonly #connections = new WeakMap<ClientRef, { number: number; isCaughtUp: boolean }>();
  #lastConnection = 0;
  #brokerId = '';
  #queued = 0;

  constructor(db: Level<string, Buffer>, options: StoreOptions) {
    const commits = new GroupCommit(db);
    super(commits);
    this.#db = commits;
    this.#options = options;
    this.#received = new ReceivedIds(commits);
    this.#journal = new Journal(options.journalDirectory, {
      onLost: (entry) => this.#forget(entry),
      onDamage: options.onDamage,
    });
  }

  override async setup(broker: { id: string }): Promise<void> {
    await super.setup(broker);
    this.#brokerId = broker.id;
    await this.#journal.open((header) => {
      // Before names were looked at, a message could stand there twice.
      if (this.#queues.get(header.clientId)?.named(header)) return undefined;
      const entry = this.#addTo(header.clientId, header);
      this.#queueOf(header.clientId).number(entry, header.messageId);
      entry.delivery = header.delivery;
      return entry;
    });
    await this.#adoptEarlierQueues();
    await this.#received.load();
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
    // aedes listens to no error of this stream.
    return Readable.from(this.#retained(patterns)).on('error', this.#options.onError);
  }

  override outgoingEnqueue(
    { clientId, qos }: { clientId: string; qos?: number },
    packet: QueuedPacket,
  ): Promise<void> {
    // Nobody would acknowledge what is delivered at QoS 0.
    if (qos === 0) return settled;
    const queue = this.#queueOf(clientId);
    // Filters of one client that overlap bring the same message more than once.
    if (queue.named(packet)) return settled;
    if (queue.size >= queue.limit) {
      this.#options.onOverflow(clientId, packet);
      return settled;
    }
    return this.#journal.add(
      this.#addTo(clientId, packet),
      headerOf(clientId, packet),
      payloadOf(packet.payload),
    );
  }

  override outgoingEnqueueCombi(
    subscriptions: { clientId: string; qos?: number }[],
    packet: QueuedPacket,
  ): Promise<void> {
    let written: Promise<void> = settled;
    // What is queued together is written together: the last promise speaks for all.
    for (const subscription of subscriptions) {
      const own = this.outgoingEnqueue(subscription, packet);
      if (own !== settled) written = own;
    }
    return written;
  }

  override outgoingUpdate(client: ClientRef, packet: QueuedPacket): Promise<void> {
    const queue = this.#queues.get(client.id);
    if (!queue) return settled;
    if (packet.cmd === 'pubrel') {
      const entry = packet.brokerId ? queue.named(packet) : queue.withMessageId(packet.messageId);
      if (!entry) return settled;
      queue.number(entry, packet.messageId);
      const { cmd, messageId } = packet;
      const { delivery } = entry;
      return this.#journal.replace(
        entry,
        { clientId: client.id, cmd, messageId, delivery, ...queue.nameOf(entry) },
        nothing,
      );
    }
    // An entry is missing where the queue was full: the message is on its way all the same.
    const entry = queue.named(packet);
    if (!entry) return settled;
    packet.messageId = queue.freeId(packet.messageId, entry);
    queue.number(entry, packet.messageId);
    if (packet.topic !== undefined && this.#options.isOffer(client.id, packet.topic)) {
      const offer = Buffer.isBuffer(packet.payload) ? offerIn(packet.payload) : {};
      entry.delivery = { ...offer, qos: packet.qos === 2 ? 2 : 1 };
    }
    if (packet.qos !== 2) return settled;
    const header = headerOf(client.id, { ...packet, delivery: entry.delivery });
    return this.#journal.replace(entry, header, payloadOf(packet.payload));
  }

  override async outgoingClearMessageId(client: ClientRef, packet: StoredPacket): Promise<undefined> {
    const entry = this.#queues.get(client.id)?.withMessageId(packet.messageId);
    if (!entry) return;
    const { delivery } = entry;
    this.#forget(entry);
    this.#journal.remove(entry);
    // A clean session throws away what waited: that is no receipt.
    if (delivery && !client.clean) this.#options.onDelivered(client.id, delivery);
  }

  override outgoingStream(client: ClientRef): Readable {
    return Readable.from(this.#waiting(client));
  }

  /**
   * May aedes send this to the client now? A new connection is subscribed before its CONNACK, and what is published
   * meanwhile is queued as well: it comes from the queue, after the CONNACK and in its order.
   */
  mayForward(client: ClientRef & { connackSent?: boolean }, packet: StoredPacket): boolean {
    // Only what comes from the queue has an id already.
    if (packet.messageId !== undefined) return true;
    const entry = this.#queues.get(client.id)?.named(packet);
    if (!entry) return client.connackSent ?? false;
    const connection = this.#connections.get(client);
    if (!connection?.isCaughtUp || entry.connection === connection.number) return false;
    entry.connection = connection.number;
    return true;
  }

  override incomingStorePacket(client: ClientRef, { messageId = 0 }: StoredPacket): Promise<void> {
    return this.#received.add(client.id, messageId);
  }

  /** aedes only asks whether it is there. */
  override async incomingGetPacket(
    client: ClientRef,
    { messageId = 0 }: StoredPacket,
  ): Promise<StoredPacket> {
    if (!this.#received.has(client.id, messageId)) throw new Error('no such packet');
    return { messageId };
  }

  override incomingDelPacket(client: ClientRef, { messageId = 0 }: StoredPacket): Promise<void> {
    return this.#received.remove(client.id, messageId);
  }

  override cleanIncoming(client: ClientRef): Promise<void> {
    return this.#received.clear(client.id);
  }

  /** Ends a client's session for good: its subscriptions and what waits for it. */
  async purge(clientId: string): Promise<void> {
    await this.cleanSubscriptions({ id: clientId });
    await this.cleanIncoming({ id: clientId });
    for (const entry of this.#queues.get(clientId)?.entries ?? []) {
      this.#forget(entry);
      this.#journal.remove(entry);
    }
    await this.#journal.flush();
  }

  /** Clients of which something is kept: a session, messages, or what they have said last on a topic of their own. */
  async *clients(): AsyncGenerator<string> {
    yield* this.#queues.keys();
    for await (const key of this.#db.keys({ gte: 'subscriptions:', lt: 'subscriptions;' }))
      yield decodeURIComponent(key.split(':')[1] ?? '');
    for await (const key of this.#db.keys({ gte: 'retained:', lt: 'retained;' }))
      yield key.slice(key.lastIndexOf('/') + 1);
  }

  async forgetRetained(topic: string): Promise<void> {
    await this.#db.del(`retained:${topic}`);
  }

  /** Resolves when everything told so far is on disk. */
  async flush(): Promise<void> {
    await Promise.all([this.#db.flush(), this.#journal.flush()]);
  }

  override async destroy(): Promise<void> {
    await this.#journal.close();
    await super.destroy();
  }

  async *#retained(patterns: string[]): AsyncGenerator<unknown> {
    const worthwhile: string[] = [];
    for (const pattern of patterns) {
      const isThere = /[+#]/.test(pattern) || (await this.#db.get(`retained:${pattern}`)) !== undefined;
      if (isThere) worthwhile.push(pattern);
    }
    if (worthwhile.length > 0) yield* super.createRetainedStreamCombi(worthwhile);
  }

  async *#waiting(client: ClientRef): AsyncGenerator<QueuedPacket> {
    const connection = { number: ++this.#lastConnection, isCaughtUp: false };
    this.#connections.set(client, connection);
    const owed = () => this.#queues.get(client.id)?.owedTo(connection.number) ?? [];
    for (
      let pass = 1, entries = owed();
      entries.length > 0 && pass <= MOST_PASSES;
      pass++, entries = owed()
    ) {
      connection.isCaughtUp = pass === MOST_PASSES;
      yield* this.#read(entries, connection.number);
    }
    connection.isCaughtUp = true;
  }

  async *#read(entries: readonly Entry[], connection: number): AsyncGenerator<QueuedPacket> {
    for await (const { place: entry, header, payload } of this.#journal.read(entries)) {
      if (entry.connection === connection) continue;
      entry.connection = connection;
      const { cmd, topic, qos, brokerId, brokerCounter } = header;
      // At QoS 1 a new connection gives new ids; those of the one before could be given twice.
      const keepsId = cmd === 'pubrel' || qos === 2;
      const messageId = keepsId ? (entry.messageId ?? header.messageId) : undefined;
      yield {
        ...{ cmd, topic, qos, brokerId, brokerCounter, payload },
        ...(messageId !== undefined && { messageId }),
      };
    }
  }

  /** Until the journal came, queues were in LevelDB. */
  async #adoptEarlierQueues(): Promise<void> {
    const keys: string[] = [];
    for await (const key of this.#db.keys({ gte: 'queue:', lt: 'queue;' })) keys.push(key);
    for (const key of keys) {
      const bytes = await this.#db.get(key);
      if (!bytes) continue;
      const packet = decodePacket(bytes);
      const clientId = clientOfKey(key);
      // Killed while it adopted them, the broker finds them in both.
      if (this.#queueOf(clientId).named(packet)) continue;
      const entry = this.#addTo(clientId, packet);
      this.#queueOf(clientId).number(entry, packet.messageId);
      entry.delivery = packet.delivery;
      void this.#journal.add(entry, headerOf(clientId, packet), payloadOf(packet.payload));
    }
    await this.#journal.flush();
    if (keys.length > 0) await this.#db.clear({ gte: 'queue:', lt: 'queue;' });
  }

  #addTo(clientId: string, packet: PacketName): Entry {
    this.#queued++;
    return this.#queueOf(clientId).add(packet);
  }

  #forget(entry: Entry): void {
    const queue = this.#queues.get(entry.clientId);
    if (!queue?.remove(entry)) return;
    this.#queued--;
    if (queue.size === 0) this.#queues.delete(entry.clientId);
  }

  #queueOf(clientId: string): ClientQueue {
    let queue = this.#queues.get(clientId);
    if (!queue) {
      queue = new ClientQueue(clientId, this.#brokerId, this.#options.queueLimit(clientId));
      this.#queues.set(clientId, queue);
    }
    return queue;
  }
}

function headerOf(clientId: string, packet: QueuedPacket): Omit<MessageHeader, 'number'> {
  const { cmd, topic, qos, messageId, brokerId, brokerCounter, delivery } = packet;
  return { clientId, cmd, topic, qos, messageId, brokerId, brokerCounter, delivery };
}

function payloadOf(payload: StoredPacket['payload'] = nothing): Buffer {
  return Buffer.isBuffer(payload) ? payload : Buffer.from(payload);
}
