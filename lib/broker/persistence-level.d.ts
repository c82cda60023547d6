declare module 'aedes-persistence-level/asyncPersistence.js' {
  import type { Readable } from 'node:stream';

  type StoredPacket = {
    cmd?: string;
    topic?: string;
    payload?: Buffer | string;
    qos?: number;
    messageId?: number;
    brokerId?: string;
    brokerCounter?: number;
  };
  type StoredSubscription = { topic: string; qos?: number; clientId?: string };

  /** The parts of aedes-persistence-level that the broker's store extends. */
  export default class AsyncLevelPersistence {
    constructor(db: unknown);
    setup(broker: { id: string }): Promise<void>;
    addSubscriptions(client: { id: string }, subscriptions: StoredSubscription[]): Promise<void>;
    cleanSubscriptions(client: { id: string }): Promise<void>;
    createRetainedStreamCombi(patterns: string[]): Readable;
    outgoingEnqueue(subscription: { clientId: string }, packet: StoredPacket): Promise<void>;
    outgoingEnqueueCombi(subscriptions: { clientId: string }[], packet: StoredPacket): Promise<unknown>;
    outgoingUpdate(client: { id: string }, packet: StoredPacket): Promise<void>;
    outgoingClearMessageId(client: { id: string }, packet: StoredPacket): Promise<StoredPacket | undefined>;
    outgoingStream(client: { id: string }): Readable;
    incomingStorePacket(client: { id: string }, packet: StoredPacket): Promise<void>;
    incomingGetPacket(client: { id: string }, packet: StoredPacket): Promise<StoredPacket>;
    incomingDelPacket(client: { id: string }, packet: StoredPacket): Promise<void>;
    cleanIncoming(client: { id: string }): Promise<void>;
    destroy(): Promise<void>;
  }
}
