/** So much may be under way at first, and as long as no more is needed. */
const FIRST_WINDOW_BYTES = 16 * 1024;
const MOST_WINDOW_BYTES = 256 * 1024;
const LEAST_WINDOW_BYTES = 2 * 1024;
/** A tick that is not answered for so long means a slow browser, however little is under way. */
const LATE_MS = 2_000;
/** What is under way should arrive within this. */
const AIM_MS = 1_000;
/** Answered so soon, more may be under way. */
const PROMPT_MS = 500;
/** A tick asks at least every so many bytes, and so often that a window holds several. */
const ASK_BYTES = 8 * 1024;
const ASKS_A_WINDOW = 2;

type Question = { sequence: number; at: number; sentBytes: number };

/**
 * How much may be under way to a browser, judged by how soon it answers the ticks. The operating systems on both sides
 * take megabytes before a write waits, minutes of a narrow link: their word comes too late. The window follows what the
 * browser takes in a second, so that the newest state is never behind a long row of older ones.
 */
export class Pace {
  #questions: Question[] = [];
  #sentBytes = 0;
  #askedBytes = 0;
  #arrivedBytes = 0;
  #answeredAt = 0;
  #windowBytes = FIRST_WINDOW_BYTES;
  /** A peer that never answers, e.g. a load generator, is judged by its socket alone. */
  #answers = false;

  wrote(bytes: number): void {
    this.#sentBytes += bytes;
  }

  /**
   * A tick goes out as the frame of this number, together with `beforeBytes` that are not told of yet; its answer
   * tells that everything before it has arrived.
   */
  asks(sequence: number, now: number, beforeBytes = 0): void {
    const sentBytes = this.#sentBytes + beforeBytes;
    this.#askedBytes = sentBytes;
    if (this.#answers) this.#questions.push({ sequence, at: now, sentBytes });
    else this.#arrivedBytes = sentBytes;
  }

  /** Whether enough was sent since the last tick that another one should ask. */
  mayAsk(): boolean {
    const share = Math.min(ASK_BYTES, this.#windowBytes / ASKS_A_WINDOW);
    return this.#answers && this.#sentBytes - this.#askedBytes >= share;
  }

  /** The browser has seen the frame of this number. */
  answered(sequence: number, now: number): void {
    this.#answers = true;
    const seen = this.#questions.filter((question) => question.sequence <= sequence);
    const last = seen.at(-1);
    if (!last) return;
    this.#questions = this.#questions.slice(seen.length);
    const bytes = last.sentBytes - this.#arrivedBytes;
    this.#resize(bytes, now - last.at, now - Math.max(last.at, this.#answeredAt));
    this.#arrivedBytes = last.sentBytes;
    this.#answeredAt = now;
  }

  /** Follows an answer that came after `tookMs`, to bytes that were `ownMs` under way after those before them. */
  #resize(bytes: number, tookMs: number, ownMs: number): void {
    if (tookMs < PROMPT_MS && bytes * 2 >= this.#windowBytes)
      this.#windowBytes = Math.min(MOST_WINDOW_BYTES, this.#windowBytes * 2);
    else if (tookMs > AIM_MS) {
      const taken = (bytes * AIM_MS) / Math.max(1, ownMs);
      this.#windowBytes = Math.max(LEAST_WINDOW_BYTES, Math.min(this.#windowBytes, taken));
    }
  }

  /** Whether nothing more should be sent for now. */
  isFull(now: number): boolean {
    if (!this.#answers) return false;
    return this.waitedMs(now) > LATE_MS || this.#sentBytes - this.#arrivedBytes >= this.#windowBytes;
  }

  /** How long the oldest tick has been waited for. */
  waitedMs(now: number): number {
    const [oldest] = this.#questions;
    return oldest ? now - oldest.at : 0;
  }
}
