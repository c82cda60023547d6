import { Readable } from 'node:stream';
import AsyncLevelPersistence, {
  type StoredPacket,
  type StoredSubscription,
} from 'aedes-persistence-level/asyncPersistence.js';
import type { Level } from 'level';
import { type Delivery, offerIn } from './delivery.ts';

type ClientRef = { id: string };
type WithDelivery = StoredPacket & { delivery?: Delivery };

export type StoreOptions = {
  /** Most messages kept for this client. */
  queueLimit(clientId: string): number;
  /** Must this client's messages be written strictly one after the other, as MQTT 3.1.1 §4.6 orders? */
  isOrdered(clientId: string): boolean;
  maySubscribe(client: ClientRef, filter: string): boolean;
  /** Is this a message whose acknowledgment is worth a receipt? */
  isOffer(clientId: string, topic: string): boolean;
  onDelivered(clientId: string, delivery: Delivery): void;
  onOverflow(clientId: string, packet: StoredPacket): void;
};

/**
 * The broker's memory: sessions, queues and retained messages in LevelDB, with bounded queues and a note of
 * which message id carries which offer, kept beside a PUBREL too, so that receipts survive a restart.
 */
export class BrokerStore extends AsyncLevelPersistence {
  readonly #db: Level<string, Buffer>;
  readonly #options: StoreOptions;
  readonly #queued = new Map<string, number>();
  readonly #deliveries = new Map<string, Map<number, Delivery>>();
  readonly #turns = new Map<string, Promise<void>>();
  #pending = 0;

  constructor(db: Level<string, Buffer>, options: StoreOptions) {
    super(db);
    this.#db = db;
    this.#options = options;
  }

  override async setup(broker: unknown): Promise<void> {
    await super.setup(broker);
    for await (const key of this.#db.keys({ gte: 'outgoing:', lt: 'outgoing;' })) {
      this.#count(decodeURIComponent(key.split(':')[1] ?? ''), 1);
    }
  }

  /** Messages that wait for, or are on their way to, all clients. */
  get queuedMessages(): number {
    let sum = 0;
    for (const depth of this.#queued.values()) sum += depth;
    return sum;
  }

  queuedFor(clientId: string): number {
    return this.#queued.get(clientId) ?? 0;
  }

  /** aedes hands over every filter of a SUBSCRIBE as soon as one of them is allowed. */
  override async addSubscriptions(client: ClientRef, subscriptions: StoredSubscription[]): Promise<void> {
    await super.addSubscriptions(
      client,
      subscriptions.filter((subscription) => this.#options.maySubscribe(client, subscription.topic)),
    );
  }

  override async outgoingEnqueue(subscription: { clientId: string }, packet: StoredPacket): Promise<void> {
    const { clientId } = subscription;
    if (this.queuedFor(clientId) >= this.#options.queueLimit(clientId)) {
      this.#options.onOverflow(clientId, packet);
      return;
    }
    this.#count(clientId, 1);
    await this.#track(super.outgoingEnqueue(subscription, packet));
  }

  override async outgoingUpdate(client: ClientRef, packet: WithDelivery): Promise<void> {
    this.#remember(client.id, packet);
    try {
      if (this.#options.isOrdered(client.id)) await this.#inTurn(client, packet);
      else await this.#track(super.outgoingUpdate(client, packet));
    } catch (error) {
      // Dropped for overflow, or acknowledged twice: no reason to end the connection.
      if (!(error instanceof Error && error.message === 'no such packet')) throw error;
    }
  }

  override async outgoingClearMessageId(
    client: ClientRef,
    packet: StoredPacket,
  ): Promise<StoredPacket | undefined> {
    const stored: WithDelivery | undefined = await this.#track(super.outgoingClearMessageId(client, packet));
    const deliveries = this.#deliveries.get(client.id);
    const messageId = packet.messageId ?? 0;
    const delivery = deliveries?.get(messageId) ?? stored?.delivery;
    deliveries?.delete(messageId);
    if (stored) this.#count(client.id, -1);
    if (stored && delivery) this.#options.onDelivered(client.id, delivery);
    return stored;
  }

  override outgoingStream(client: ClientRef): Readable {
    const stored = super.outgoingStream(client);
    const remember = (packet: WithDelivery) => {
      if (packet.delivery && packet.messageId) this.#note(client.id, packet.messageId, packet.delivery);
      return packet;
    };
    return Readable.from(
      (async function* () {
        for await (const packet of stored) yield remember(packet);
      })(),
    );
  }

  /** The connection is gone: message ids of QoS 1 and 2 are told anew when the queue is sent again. */
  forgetDeliveries(clientId: string): void {
    this.#deliveries.delete(clientId);
  }

  /** Ends a client's session for good: its subscriptions and what waits for it. */
  async purge(clientId: string): Promise<void> {
    await this.cleanSubscriptions({ id: clientId });
    const id = encodeURIComponent(clientId);
    for (const prefix of ['outgoing', 'outgoing-id', 'incoming']) {
      await this.#db.clear({ gte: `${prefix}:${id}:`, lt: `${prefix}:${id};` });
    }
    this.#queued.delete(clientId);
    this.#deliveries.delete(clientId);
  }

  /** Resolves when nothing has been under way for a moment. */
  async settle(limitMs: number): Promise<void> {
    const deadline = Date.now() + limitMs;
    let quiet = 0;
    while (quiet < 3 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      quiet = this.#pending === 0 ? quiet + 1 : 0;
    }
  }

  #inTurn(client: ClientRef, packet: StoredPacket): Promise<void> {
    const update = () => this.#track(super.outgoingUpdate(client, packet));
    const turn = (this.#turns.get(client.id) ?? Promise.resolve()).then(update, update);
    this.#turns.set(client.id, turn);
    const forget = () => {
      if (this.#turns.get(client.id) === turn) this.#turns.delete(client.id);
    };
    turn.then(forget, forget);
    return turn;
  }

  #remember(clientId: string, packet: WithDelivery): void {
    const { messageId } = packet;
    if (messageId === undefined) return;
    if (packet.cmd === 'pubrel') {
      const delivery = this.#deliveries.get(clientId)?.get(messageId);
      if (delivery) packet.delivery = delivery;
    } else if (packet.topic !== undefined && this.#options.isOffer(clientId, packet.topic)) {
      const offer = Buffer.isBuffer(packet.payload) ? offerIn(packet.payload) : {};
      this.#note(clientId, messageId, { ...offer, qos: packet.qos === 2 ? 2 : 1 });
    }
  }

  #note(clientId: string, messageId: number, delivery: Delivery): void {
    let deliveries = this.#deliveries.get(clientId);
    if (!deliveries) {
      deliveries = new Map();
      this.#deliveries.set(clientId, deliveries);
    }
    deliveries.set(messageId, delivery);
  }

  #count(clientId: string, change: number): void {
    const depth = (this.#queued.get(clientId) ?? 0) + change;
    if (depth > 0) this.#queued.set(clientId, depth);
    else this.#queued.delete(clientId);
  }

  async #track<T>(operation: Promise<T>): Promise<T> {
    this.#pending++;
    try {
      return await operation;
    } finally {
      this.#pending--;
    }
  }
}
