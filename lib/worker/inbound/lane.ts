import type { Log } from '#lib/log.ts';
import type { HeldAck } from './held-acks.ts';
import type { InboundMessage } from './messages.ts';

export type Received = { message: InboundMessage; ack: HeldAck | undefined; acceptedAt: number };

export type LaneOptions = {
  batchSize: number;
  flushMs: number;
  /** Messages that nobody waits for wait for the next multiple of this, while there are fewer than `few` of them. */
  patientMs: number;
  few: number;
  log: Log;
  /** Stores a batch and announces it; throws where the database fails. */
  process(batch: readonly Received[]): Promise<void>;
};

/** Messages that only say that a vehicle is as it was. */
const PATIENT: ReadonlySet<string> = new Set<InboundMessage['kind']>(['heartbeat', 'unchanged']);
/**
 * So many that come so soon after a batch was stored have probably waited for its acknowledgments: a broker sends no
 * more than its window before it has them, and then there are more.
 */
const REFILL = { messages: 4, withinMs: 50 };
/**
 * While no more than this comes in, what says something new waits no longer: fuller batches would gain less than it
 * loses.
 */
const CALM = { messagesPerMs: 1, flushMs: 2 };
const firstPauseMs = 100;
const longestPauseMs = 5_000;

/**
 * One line of batches, one at a time: a batch goes when it is full or a message has waited `flushMs`, which is less
 * while little comes in. A few that only say that nothing has changed, in a time that brings only a few, go with the
 * next multiple of `patientMs`, all lanes at once. While a batch is being stored the next gathers. One that the
 * database refuses is kept and tried again, with growing pauses, until it passes.
 */
export class Lane {
  readonly #options: LaneOptions;
  #waiting: Received[] = [];
  #working: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #lastSize = 0;
  #begunAt = Number.NEGATIVE_INFINITY;
  /** As the last batch tells by what came since the one before. */
  #isCalm = true;
  #storedAt = Number.NEGATIVE_INFINITY;
  #abandoned = false;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get depth(): number {
    return this.#waiting.length;
  }

  /** When the longest waiting message arrived, by `performance.now()`. */
  get oldest(): number | undefined {
    return this.#waiting[0]?.acceptedAt;
  }

  push(received: Received): void {
    this.#waiting.push(received);
    if (!this.#working) this.#schedule(received);
  }

  /** Sets when to store, now that this message waits too. */
  #schedule(received: Received): void {
    if (this.#waiting.length >= this.#options.batchSize) {
      this.#start();
      return;
    }
    const dueAt = this.#dueAtOf(received);
    if (dueAt >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => this.#start(), Math.max(0, dueAt - performance.now()));
  }

  #dueAtOf({ message, acceptedAt }: Received): number {
    const { flushMs, patientMs, few } = this.#options;
    const count = this.#waiting.length;
    const isRefill = count >= REFILL.messages && acceptedAt - this.#storedAt <= REFILL.withinMs;
    const isQuiet = this.#lastSize < few && count < few && !isRefill;
    if (!PATIENT.has(message.kind)) {
      return acceptedAt + (this.#isCalm ? Math.min(flushMs, CALM.flushMs) : flushMs);
    }
    if (!isQuiet) return acceptedAt + flushMs;
    return (Math.floor(acceptedAt / patientMs) + 1) * patientMs;
  }

  /** Stores what waits; gives up at the deadline, then the broker sends again what was not acknowledged. */
  async drain(deadlineMs: number): Promise<void> {
    const limit = setTimeout(() => {
      this.#abandoned = true;
    }, deadlineMs);
    do {
      this.#start();
      await this.#working;
    } while (this.#waiting.length > 0 && !this.#abandoned);
    clearTimeout(limit);
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dueAt = Number.POSITIVE_INFINITY;
    if (this.#working || this.#waiting.length === 0) return;
    this.#working = this.#run().finally(() => {
      this.#working = undefined;
      this.#storedAt = performance.now();
      if (this.#abandoned) return;
      for (const received of this.#waiting) {
        if (this.#working) break;
        this.#schedule(received);
      }
    });
  }

  async #run(): Promise<void> {
    const batch = this.#waiting.splice(0, this.#options.batchSize);
    this.#lastSize = batch.length;
    const now = performance.now();
    this.#isCalm = batch.length <= (now - this.#begunAt) * CALM.messagesPerMs;
    this.#begunAt = now;
    for (let pauseMs = firstPauseMs; !this.#abandoned; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        await this.#options.process(batch);
        return;
      } catch (error) {
        this.#options.log.warn(
          { err: error, messages: batch.length },
          'a batch is not stored yet, trying again',
        );
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }
}
