import type { Log } from '#lib/log.ts';
import type { HeldAck } from './held-acks.ts';
import type { InboundMessage } from './messages.ts';

export type Received = { message: InboundMessage; ack: HeldAck | undefined; acceptedAt: number };

export type LaneOptions = {
  batchSize: number;
  flushMs: number;
  /** So long messages wait that nobody waits for, where none came just before them. */
  patientMs: number;
  log: Log;
  /** Stores a batch and announces it; throws where the database fails. */
  process(batch: readonly Received[]): Promise<void>;
};

/** Messages that only say that a vehicle is as it was. */
const PATIENT: ReadonlySet<string> = new Set<InboundMessage['kind']>(['heartbeat', 'unchanged']);
const firstPauseMs = 100;
const longestPauseMs = 5_000;

/**
 * One line of batches, one at a time: a batch goes when it is full or its first message has waited
 * `flushMs`, or up to `patientMs` when all of it only says that nothing has changed and the line was idle before;
 * while one is being stored the next gathers. A batch that the database refuses is kept and tried
 * again, with growing pauses, until it passes.
 */
export class Lane {
  readonly #options: LaneOptions;
  #waiting: Received[] = [];
  #working: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isPatient = false;
  #workedAt = Number.NEGATIVE_INFINITY;
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
    if (this.#working) return;
    if (this.#waiting.length >= this.#options.batchSize) this.#start();
    else this.#await(received);
  }

  #await({ message, acceptedAt }: Received): void {
    const { flushMs, patientMs } = this.#options;
    const isPatient = PATIENT.has(message.kind) && acceptedAt - this.#workedAt > patientMs;
    if (this.#timer && (isPatient || !this.#isPatient)) return;
    clearTimeout(this.#timer);
    this.#isPatient = isPatient;
    this.#timer = setTimeout(() => this.#start(), isPatient ? patientMs : flushMs);
  }

  /** Stores what waits; gives up at the deadline, then the broker sends again what was not acknowledged. */
  async drain(deadlineMs: number): Promise<void> {
    const limit = setTimeout(() => {
      this.#abandoned = true;
    }, deadlineMs);
    this.#start();
    while (this.#working) await this.#working;
    clearTimeout(limit);
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#working || this.#waiting.length === 0) return;
    this.#working = this.#run().finally(() => {
      this.#working = undefined;
      this.#workedAt = performance.now();
      if (this.#abandoned) return;
      if (this.#waiting.length >= this.#options.batchSize) this.#start();
      else if (this.#waiting.length > 0) {
        this.#isPatient = false;
        this.#timer ??= setTimeout(() => this.#start(), this.#restMs());
      }
    });
  }

  /** What gathered while the last batch was stored has waited already. */
  #restMs(): number {
    return Math.max(0, this.#options.flushMs - (performance.now() - (this.oldest ?? 0)));
  }

  async #run(): Promise<void> {
    const batch = this.#waiting.splice(0, this.#options.batchSize);
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
