import type { Place } from './journal.ts';
import { roomFor, type Unwritten, writeRecord } from './journal-record.ts';

/** Changes that go to disk together. */
export type Generation<P extends Place> = {
  /** What is to be appended stands at its beginning. */
  buffer: Buffer;
  bytes: number;
  messages: { place: P; at: number; length: number }[];
  removed: number[];
  written: Promise<void>;
  done(): void;
  failed(error: unknown): void;
};

export function isWorthwhile({ messages, removed }: Generation<Place>): boolean {
  return messages.length > 0 || removed.length > 0;
}

export function newGeneration<P extends Place>(buffer: Buffer): Generation<P> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Whoever awaits it learns of the failure; nobody may be waiting.
  promise.catch(() => undefined);
  return {
    buffer,
    bytes: 0,
    messages: [],
    removed: [],
    written: promise,
    done: resolve,
    failed: reject,
  };
}

/** Adds a record to what goes to disk together. Returns its length. */
export function gather(generation: Generation<Place>, record: Unwritten): number {
  const { buffer, bytes } = generation;
  const wanted = bytes + roomFor(record);
  if (wanted > buffer.length) {
    generation.buffer = Buffer.allocUnsafeSlow(Math.max(wanted, 2 * buffer.length));
    buffer.copy(generation.buffer, 0, 0, bytes);
  }
  generation.bytes = writeRecord(generation.buffer, bytes, record);
  return generation.bytes - bytes;
}
