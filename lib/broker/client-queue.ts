import type { Delivery } from './delivery.ts';
import { newPlace, type Place } from './journal.ts';

/** A message that waits for a client; its bytes are in the journal. */
export type Entry = Place & {
  readonly clientId: string;
  readonly key: string | number;
  messageId?: number | undefined;
  delivery?: Delivery | undefined;
  /** Number of the connection that it was last given to. */
  connection?: number;
};

/** What aedes tells a message by. */
export type PacketName = { brokerId?: string | undefined; brokerCounter?: number | undefined };

/** MQTT 3.1.1 §2.3.1. */
const LAST_ID = 65_535;

/** What waits for one client, in its order, by name and by message id. */
export class ClientQueue {
  readonly #clientId: string;
  /** Messages of this start of the broker are named by their counter alone. */
  readonly #brokerId: string;
  readonly #byKey = new Map<string | number, Entry>();
  readonly #byMessageId = new Map<number, Entry>();
  readonly limit: number;

  constructor(clientId: string, brokerId: string, limit: number) {
    this.#clientId = clientId;
    this.#brokerId = brokerId;
    this.limit = limit;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get entries(): Entry[] {
    return [...this.#byKey.values()];
  }

  /** What this connection has not been given yet. */
  owedTo(connection: number): Entry[] {
    return this.entries.filter((entry) => entry.connection !== connection);
  }

  add(packet: PacketName): Entry {
    const entry: Entry = { ...newPlace(), clientId: this.#clientId, key: this.#keyOf(packet) };
    this.#byKey.set(entry.key, entry);
    return entry;
  }

  named(packet: PacketName): Entry | undefined {
    return this.#byKey.get(this.#keyOf(packet));
  }

  withMessageId(messageId: number | undefined): Entry | undefined {
    return messageId === undefined ? undefined : this.#byMessageId.get(messageId);
  }

  /** The id, or if another message has it, the next that none has. */
  freeId(wanted: number | undefined, entry: Entry): number | undefined {
    if (wanted === undefined) return undefined;
    let id = wanted;
    for (let tried = 0; tried < LAST_ID; tried++) {
      const holder = this.#byMessageId.get(id);
      if (!holder || holder === entry) return id;
      id = id >= LAST_ID ? 1 : id + 1;
    }
    return wanted;
  }

  number(entry: Entry, messageId: number | undefined): void {
    if (entry.messageId !== undefined && this.#byMessageId.get(entry.messageId) === entry) {
      this.#byMessageId.delete(entry.messageId);
    }
    entry.messageId = messageId;
    if (messageId !== undefined) this.#byMessageId.set(messageId, entry);
  }

  /** Whether it was there. */
  remove(entry: Entry): boolean {
    this.number(entry, undefined);
    return this.#byKey.delete(entry.key);
  }

  nameOf({ key }: Entry): PacketName {
    if (typeof key === 'number') return { brokerId: this.#brokerId, brokerCounter: key };
    const colon = key.lastIndexOf(':');
    return { brokerId: key.slice(0, colon), brokerCounter: Number(key.slice(colon + 1)) };
  }

  #keyOf({ brokerId, brokerCounter = 0 }: PacketName): string | number {
    return brokerId === this.#brokerId ? brokerCounter : `${brokerId}:${brokerCounter}`;
  }
}
