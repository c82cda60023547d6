import { hash } from 'node:crypto';
import { z } from 'zod';
import { EcuDetailsFull } from '#lib/protocol/ecu-details.ts';

const ECUS_KEY = Buffer.from('"ecus":[');
const EMPTY_ECUS = '"ecus":[]';
const CLOSING = 0x5d;

/** A full report without its ECUs; its TCU is read by who needs it. */
const Frame = EcuDetailsFull.omit({ ecus: true }).extend({
  tcu: z.looseObject({}),
  ecus: z.array(z.unknown()).length(0),
});
export type ReportFrame = {
  members: z.infer<typeof Frame>;
  /** Its TCU as JSON. */
  tcu: string;
  /** What was cut out is the whole of the report's own `ecus`, or begins within it. */
  isPlain: boolean;
};

/**
 * The bytes of a full report, cut from the first `"ecus":[` to the last `]`; what stands between is looked at
 * only where it has to be.
 */
export class ReportBytes {
  readonly payload: Buffer;
  /** Where the first ECU begins, and the closing bracket. */
  readonly start: number;
  readonly end: number;
  #digest: string | undefined;
  #frame: ReportFrame | null | undefined;

  private constructor(payload: Buffer, start: number, end: number) {
    this.payload = payload;
    this.start = start;
    this.end = end;
  }

  /** Undefined where the payload has no such part. */
  static of(payload: Buffer): ReportBytes | undefined {
    const key = payload.indexOf(ECUS_KEY);
    if (key < 0) return undefined;
    const start = key + ECUS_KEY.length;
    const end = payload.lastIndexOf(CLOSING);
    return end >= start ? new ReportBytes(payload, start, end) : undefined;
  }

  /** Takes over the digest of ECUs that were found to be these very bytes. */
  adoptDigest(digest: string): void {
    this.#digest = digest;
  }

  /** Digest of the ECUs. */
  get digest(): string {
    this.#digest ??= hash('sha1', this.payload.subarray(this.start, this.end), 'base64');
    return this.#digest;
  }

  /** The report with no ECUs in place of what was cut out; undefined where that is none. */
  get frame(): ReportFrame | undefined {
    if (this.#frame === undefined) this.#frame = this.#readFrame() ?? null;
    return this.#frame ?? undefined;
  }

  #readFrame(): ReportFrame | undefined {
    const { payload, start, end } = this;
    const head = payload.toString('latin1', 0, start - ECUS_KEY.length);
    const tail = payload.toString('latin1', end + 1, payload.length);
    if (/[^\x20-\x7e]/.test(head) || /[^\x20-\x7e]/.test(tail)) return undefined;
    try {
      const members = Frame.safeParse(JSON.parse(head + EMPTY_ECUS + tail)).data;
      if (!members) return undefined;
      // Without escapes a member named `ecus` is written so: there is no other one.
      const isPlain = !/\\|"ecus"/.test(head) && !/\\|"ecus"/.test(tail);
      return { members, tcu: JSON.stringify(members.tcu), isPlain };
    } catch {
      return undefined;
    }
  }
}
