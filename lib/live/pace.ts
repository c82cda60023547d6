/** A tick that is not answered for so long means a slow browser, whatever the link's own delay. */
const LATE_MS = 2_000;
/** With as much sent meanwhile, so much less is late. */
const AHEAD_BYTES = 32 * 1024;
const AHEAD_MS = 500;
/** Answered so soon, a slow browser keeps up again. */
const PROMPT_MS = 500;

/**
 * Whether a browser keeps up, judged by how soon it answers the ticks. The operating systems on both sides take
 * megabytes before a write waits, minutes of a narrow link: their word comes too late. While a browser is slow it is
 * sent one set of newest states at a time, each when the one before has arrived.
 */
export class Pace {
  #asked: { sequence: number; at: number } | undefined;
  #bytes = 0;
  /** A peer that never answers, e.g. a load generator, is judged by its socket alone. */
  #answers = false;
  #isSlow = false;

  wrote(bytes: number): void {
    this.#bytes += bytes;
  }

  /** A tick goes out as the frame of this number; it is waited for unless one is waited for already. */
  asks(sequence: number, now: number): void {
    if (!this.#answers || this.#asked) return;
    this.#asked = { sequence, at: now };
    this.#bytes = 0;
  }

  /** The browser has seen the frame of this number. Returns whether everything sent so far has arrived in time or at last. */
  answered(sequence: number, now: number): boolean {
    this.#answers = true;
    if (!this.#asked || sequence < this.#asked.sequence) return false;
    if (now - this.#asked.at < PROMPT_MS) this.#isSlow = false;
    this.#asked = undefined;
    return true;
  }

  isSlow(now: number): boolean {
    const waitedMs = this.waitedMs(now);
    this.#isSlow ||= waitedMs > LATE_MS || (waitedMs > AHEAD_MS && this.#bytes > AHEAD_BYTES);
    return this.#isSlow;
  }

  /** How long a tick has been waited for. */
  waitedMs(now: number): number {
    return this.#asked ? now - this.#asked.at : 0;
  }
}
