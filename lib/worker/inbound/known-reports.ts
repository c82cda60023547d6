import { hash } from 'node:crypto';
import { z } from 'zod';
import { Instant, ProtocolVersion, Sequence, Vin } from '#lib/protocol/primitives.ts';
import type { ReportSlice } from './messages.ts';

const ECUS_KEY = Buffer.from('"ecus":[');
const EMPTY_ECUS = '"ecus":[]';
const CLOSING = 0x5d;

type Known = ReportSlice & { fingerprint: string };

/** A full report without its ECUs. */
const ReportFrame = z.looseObject({
  v: ProtocolVersion,
  vin: Vin,
  sequence: Sequence,
  reportedAt: Instant.optional(),
  tcu: z.looseObject({}),
  ecus: z.array(z.unknown()).length(0),
});

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
  recognise(vin: string, payload: Buffer): KnownReport | undefined {
    const known = this.#known.get(vin);
    if (!known) return undefined;
    const range = ecusRange(payload);
    if (!range || digest(payload, range) !== known.ecus) return undefined;
    const frame = frameOf(payload, range);
    if (frame?.vin !== vin || JSON.stringify(frame.tcu) !== known.tcu) return undefined;
    return { sequence: frame.sequence, fingerprint: known.fingerprint, reportedAt: frame.reportedAt };
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
 * The bytes of a report by which it can be recognised later: from the first `"ecus":[` to the last `]`. Where
 * cutting them out takes more than the report's own `ecus` along, there are none.
 */
export function sliceOf(payload: Buffer, report: object): ReportSlice | undefined {
  const range = ecusRange(payload);
  const frame = range && frameOf(payload, range);
  // With the same members and an empty `ecus` of its own, the frame lacks nothing but the ECUs.
  if (!frame || Object.keys(frame).length !== Object.keys(report).length) return undefined;
  return { ecus: digest(payload, range), tcu: JSON.stringify(frame.tcu) };
}

type Range = { start: number; end: number };

/** In JSON a quote within a text is escaped, so the key's bytes can stand for nothing but a key. */
function ecusRange(payload: Buffer): Range | undefined {
  const start = payload.indexOf(ECUS_KEY);
  if (start < 0) return undefined;
  const end = payload.lastIndexOf(CLOSING) + 1;
  return end > start ? { start, end } : undefined;
}

function digest(payload: Buffer, { start, end }: Range): string {
  return hash('sha1', payload.subarray(start, end), 'base64');
}

function frameOf(payload: Buffer, { start, end }: Range): z.infer<typeof ReportFrame> | undefined {
  const text = payload.toString('latin1', 0, start) + EMPTY_ECUS + payload.toString('latin1', end);
  if (/[^\x20-\x7e]/.test(text)) return undefined;
  try {
    return ReportFrame.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
