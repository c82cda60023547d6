import type { ReportSlice } from './messages.ts';
import type { ReportBytes } from './report-bytes.ts';

type Known = ReportSlice & { fingerprint: string };

export type KnownReport = { sequence: number; fingerprint: string; reportedAt: string | undefined };

/**
 * Recognises a full report that repeats the last committed one by the bytes of its `ecus`, before they are
 * parsed. An entry is set only after its commit; the least recently heard vehicles are forgotten first.
 */
export class KnownReports {
  readonly #known = new Map<string, Known>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#known.size;
  }

  /** The report's frame where its ECUs and its TCU are those last committed for this vehicle. */
  recognise(vin: string, bytes: ReportBytes): KnownReport | undefined {
    const known = this.#known.get(vin);
    if (!known || known.ecus !== bytes.digest) return undefined;
    const { frame } = bytes;
    if (frame?.members.vin !== vin || frame.tcu !== known.tcu) return undefined;
    const { sequence, reportedAt } = frame.members;
    return { sequence, fingerprint: known.fingerprint, reportedAt };
  }

  set(vin: string, slice: ReportSlice | undefined, fingerprint: string): void {
    this.#known.delete(vin);
    if (!slice) return;
    this.#known.set(vin, { ...slice, fingerprint });
    if (this.#known.size > this.#capacity) {
      const oldest = this.#known.keys().next();
      if (!oldest.done) this.#known.delete(oldest.value);
    }
  }
}

/**
 * By what a report can be recognised later. Where cutting its ECUs out takes more than the report's own `ecus`
 * along, by nothing.
 */
export function sliceOf(bytes: ReportBytes | undefined, report: object): ReportSlice | undefined {
  const frame = bytes?.frame;
  // With the same members and an empty `ecus` of its own, the frame lacks nothing but the ECUs.
  if (!frame || Object.keys(frame.members).length !== Object.keys(report).length) return undefined;
  return { ecus: bytes.digest, tcu: frame.tcu };
}
