import type { OutboxEntry, TcuState } from './state.ts';

type Message = Record<string, unknown>;

const limit = 2_000;

/** The next number of the one counter for all messages. */
export function nextSequence(state: TcuState): number {
  state.sequence += 1;
  return state.sequence;
}

/** Numbers a message and keeps it until the backend says that it is committed. */
export function keep(state: TcuState, kind: OutboxEntry['kind'], message: Message): OutboxEntry {
  const entry: OutboxEntry = { kind, message: { ...message, sequence: nextSequence(state) } };
  state.outbox.push(entry);
  if (state.outbox.length > limit) {
    const progress = state.outbox.findIndex(({ message: { progress } }) => progress !== undefined);
    state.outbox.splice(Math.max(progress, 0), 1);
  }
  return entry;
}

/** Everything up to `sequence` is committed. */
export function acknowledge(state: TcuState, sequence: number): void {
  state.outbox = state.outbox.filter((entry) => entry.message.sequence > sequence);
}

/**
 * The backend has seen higher numbers under this serial, as after a restored backup: the counter continues
 * above them, and what waits is renumbered in its order, because its old numbers meant other messages.
 */
export function jumpAbove(state: TcuState, minSequence: number): void {
  if (state.sequence > minSequence) return;
  state.sequence = minSequence;
  for (const entry of state.outbox) entry.message = { ...entry.message, sequence: nextSequence(state) };
}
