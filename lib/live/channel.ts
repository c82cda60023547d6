import type { z } from 'zod';
import { AppError } from '#lib/errors.ts';
import type { PatchStep, ServerFrame } from '#lib/protocol/live-frames.ts';
import type { LiveHint } from '#lib/protocol/live-hint.ts';
import type { Piece } from './batch.ts';
import type { Reread } from './rereads.ts';
import { encodeTextFrame } from './text-frame.ts';
import type { LiveContext, LiveView } from './view.ts';
import { ViewState } from './view-state.ts';

// biome-ignore lint/suspicious/noExplicitAny: views differ in parameters and value; each parses its own.
export type AnyView = LiveView<string, z.ZodType, any>;

export type Subscriber = {
  /** What a batch has for it so far; of no concern to anybody else. */
  gathered?: Piece | undefined;
  /** Takes the frames of these channels, or remembers that their newest states are owed. */
  deliver(channels: readonly Channel[], frames: Buffer): void;
};

/** Takes a frame for all who watch the channel. */
export type Deliver = (channel: Channel, frame: Buffer) => void;

/** Runs reads, a few at a time, so that many open views cannot drain the database's connections. */
export type ReadQueue = <T>(read: () => Promise<T>) => Promise<T>;

/** Between two changes that are shown: at most four paints a second. */
const LEAST_MS = 250;
/** Between two reads, where the first found nothing new; after a dear one as many times as long as it took. */
const LEAST_READ_MS = 50;
const READ_SHARE = 5;
const RETRY_MS = 2_000;

/** One view with its parameters, read once for all who watch it. */
export class Channel {
  readonly id: number;
  readonly key: string;
  readonly view: AnyView;
  readonly params: unknown;
  readonly subscribers = new Set<Subscriber>();
  revision = 0;
  /** Since when a change is known that no read has covered yet. */
  dirtySince: number | undefined;
  #context: LiveContext;
  #queue: ReadQueue;
  #reread: Reread;
  #deliver: Deliver;
  #state = new ViewState();
  #snapshot: Buffer | undefined;
  #at = '';
  #reading = false;
  /** The next read has to be of everything. */
  #isWhole = false;
  #lastReadAt = 0;
  #lastReadMs = 0;
  #lastChangeAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #interval: NodeJS.Timeout | undefined;
  /** Those who watch were told that it cannot be read. */
  #stalled = false;
  #closed = false;

  constructor(
    id: number,
    key: string,
    view: AnyView,
    params: unknown,
    context: LiveContext,
    queue: ReadQueue,
    reread: Reread,
    deliver: Deliver,
  ) {
    this.id = id;
    this.key = key;
    this.view = view;
    this.params = params;
    this.#context = context;
    this.#queue = queue;
    this.#reread = reread;
    this.#deliver = deliver;
    // What only hints tell of would stay as it is after one that was lost.
    const what = view.rereadAll ? 'seen' : 'any';
    if (view.everyMs) this.#interval = setInterval(() => this.touch(what), view.everyMs);
    this.touch();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#interval);
  }

  isAffectedBy(hint: LiveHint): boolean {
    return this.view.affectedBy(hint, this.params);
  }

  isSeenBy(hint: LiveHint): boolean {
    return this.view.seenBy?.(hint, this.params) ?? false;
  }

  /** Something may have changed: reads at once, or as soon as the least intervals allow. */
  touch(what: 'any' | 'seen' = 'any'): void {
    this.#isWhole ||= what === 'any';
    this.dirtySince ??= Date.now();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#closed || this.#reading || this.#timer) return;
    const sinceRead = this.view.leastMs ?? Math.min(LEAST_MS, LEAST_READ_MS + READ_SHARE * this.#lastReadMs);
    const changeAt = this.#lastChangeAt + LEAST_MS;
    const next = Math.max(this.#lastReadAt + sinceRead, changeAt);
    // Views that change all the time are read together, at full steps of the clock, so that one write takes them all.
    const at = next === changeAt ? Math.round(next / LEAST_MS) * LEAST_MS : next;
    this.#timer = setTimeout(() => void this.#read(), Math.max(0, at - Date.now()));
  }

  /** The newest state as a frame, or undefined before the first read. */
  snapshot(): Buffer | undefined {
    if (this.revision === 0) return undefined;
    this.#snapshot ??= encodeTextFrame(
      `{"kind":"snapshot","channel":${this.id},"revision":${this.revision},"at":"${this.#at}","value":${this.#state.text()}}`,
    );
    return this.#snapshot;
  }

  async #read(): Promise<void> {
    this.#timer = undefined;
    this.#reading = true;
    const dirtySince = this.dirtySince;
    let failed = false;
    try {
      const read = this.#mayReread() ? await this.#readAgain() : await this.#readWhole();
      this.#lastReadMs = Date.now() - this.#lastReadAt;
      if (!this.#closed && read !== undefined) this.#publish(read);
    } catch (error) {
      failed = true;
      this.#stalled = true;
      this.#isWhole = true;
      this.dirtySince = dirtySince ?? Date.now();
      this.#send({
        kind: 'stalled',
        channel: this.id,
        // What the database says of itself is for the log, not for a browser.
        message: error instanceof AppError ? error.message : 'This cannot be read now; it is tried again.',
      });
    }
    this.#reading = false;
    if (this.#isUnwanted || this.dirtySince === undefined) return;
    if (failed) this.#timer = setTimeout(() => void this.#read(), RETRY_MS);
    else this.#schedule();
  }

  #mayReread(): boolean {
    return !this.#isWhole && this.view.rereadAll !== undefined && this.revision > 0;
  }

  /** Closed, or left before it was ever read: its turn in the queue is somebody else's. */
  get #isUnwanted(): boolean {
    return this.#closed || (this.revision === 0 && this.subscribers.size === 0);
  }

  #readWhole(): Promise<unknown> {
    return this.#queue(async () => {
      if (this.#isUnwanted) return undefined;
      this.#isWhole = false;
      this.#begin();
      return (await this.view.load(this.#context, this.params)) ?? null;
    });
  }

  /** In part; undefined where everything has to be read after all. */
  async #readAgain(): Promise<unknown> {
    const read = await this.#reread(this.view, this.params, this.#state.value, () => {
      // What changed while this waited needs the whole.
      if (!this.#isWhole) this.#begin();
    });
    if (read === undefined) this.touch();
    return read;
  }

  #begin(): void {
    this.dirtySince = undefined;
    this.#lastReadAt = Date.now();
  }

  #publish(read: unknown): void {
    this.#at = new Date().toISOString();
    const wasStalled = this.#stalled;
    this.#stalled = false;
    const steps = this.#state.take(read);
    if (steps === undefined) {
      const same = wasStalled && this.snapshot();
      if (same) this.#deliver(this, same);
      return;
    }
    this.#snapshot = undefined;
    this.#lastChangeAt = this.#lastReadAt;
    this.revision += 1;
    const change = this.revision === 1 ? undefined : this.#change(steps);
    const frame = change ?? this.snapshot();
    if (frame) this.#deliver(this, frame);
  }

  /** The change as a frame, or undefined where the whole state is shorter. */
  #change(steps: PatchStep[]): Buffer | undefined {
    const patch = JSON.stringify(steps);
    if (patch.length >= this.#state.length) return undefined;
    return encodeTextFrame(
      `{"kind":"change","channel":${this.id},"from":${this.revision - 1},"revision":${this.revision},"at":"${this.#at}","patch":${patch}}`,
    );
  }

  #send(frame: ServerFrame): void {
    this.#deliver(this, encodeTextFrame(JSON.stringify(frame)));
  }
}
