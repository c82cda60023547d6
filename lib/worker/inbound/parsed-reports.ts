import { isUtf8 } from 'node:buffer';
import { canonicalJson } from '#lib/protocol/canonical-json.ts';
import { type EcuDetailsFull, ReportedEcu, type ReportedTcu } from '#lib/protocol/ecu-details.ts';
import { type FingerprintParts, fingerprintOfParts } from '#lib/protocol/fingerprint.ts';
import { compareSlices, ecuEnds } from './ecu-slices.ts';
import type { ReportSlice } from './messages.ts';
import type { ReportBytes } from './report-bytes.ts';
import { storableEcu } from './storable.ts';

/** A report as it was read, part by part. */
type Parsed = {
  /** The bytes of its ECUs, and where each of them ends. */
  bytes: Buffer;
  ends: number[];
  digest: string;
  ecus: readonly ReportedEcu[];
  tcu: ReportedTcu;
  /** The TCU as it was sent. */
  sentTcu: string;
  parts: FingerprintParts;
};

export type ReparsedReport = { report: EcuDetailsFull; fingerprint: string; slice: ReportSlice };

/** Room for an ECU whose texts grow, so that the bytes need no new place. */
const SPARE_BYTES = 64;

/**
 * The last report read of each vehicle, so that of its next one only the ECUs whose bytes differ are parsed
 * and checked: equal bytes are read alike. It says nothing about what is stored. Whatever is unusual (another
 * number or order of ECUs, another TCU, white space, escapes around the ECUs, a fault) is left to be read in
 * full. The vehicles read longest ago are forgotten beyond the capacity.
 */
export class ParsedReports {
  readonly #parsed = new Map<string, Parsed>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Spares the digest of ECUs whose bytes are those of the report before. */
  recall(vin: string, bytes: ReportBytes): void {
    const parsed = this.#parsed.get(vin);
    if (!parsed) return;
    const length = bytes.end - bytes.start;
    if (parsed.ends.at(-1) !== length) return;
    if (bytes.payload.compare(parsed.bytes, 0, length, bytes.start, bytes.end) === 0)
      bytes.adoptDigest(parsed.digest);
  }

  /** What reading the report in full would come to, or undefined where only that can tell. */
  reparse(vin: string, bytes: ReportBytes): ReparsedReport | undefined {
    const parsed = this.#parsed.get(vin);
    const compared = parsed && compareSlices(parsed, bytes.payload, bytes.start, bytes.end);
    if (!compared) return undefined;
    const frame = bytes.frame;
    if (!frame?.isPlain || frame.members.vin !== vin || frame.tcu !== parsed.sentTcu) return undefined;
    const ecus = [...parsed.ecus];
    const canonical = [...parsed.parts.ecus];
    for (const place of compared.changed) {
      const start = place === 0 ? bytes.start : (compared.ends[place - 1] ?? 0) + 1;
      const ecu = readEcu(bytes.payload.subarray(start, compared.ends[place]));
      if (ecu?.reported.ecuId !== parsed.ecus[place]?.ecuId || !ecu) return undefined;
      ecus[place] = ecu.reported;
      canonical[parsed.parts.ranks[place] ?? 0] = ecu.canonical;
    }
    const parts = { ...parsed.parts, ecus: canonical };
    this.#put(vin, { ...parsed, ...copyOf(bytes, compared.ends, parsed.bytes), ecus, parts });
    return {
      report: { ...frame.members, tcu: parsed.tcu, ecus },
      fingerprint: fingerprintOfParts(parts),
      slice: { ecus: bytes.digest, tcu: frame.tcu },
    };
  }

  /** Remembers a report that was read in full. */
  keep(bytes: ReportBytes, { vin, tcu, ecus }: EcuDetailsFull, parts: FingerprintParts): void {
    this.#parsed.delete(vin);
    const { frame } = bytes;
    const ends = frame?.isPlain ? ecuEnds(bytes.payload, bytes.start, bytes.end) : undefined;
    if (!frame || ends?.length !== ecus.length) return;
    this.#put(vin, { ...copyOf(bytes, ends, undefined), ecus, tcu, sentTcu: frame.tcu, parts });
  }

  #put(vin: string, parsed: Parsed): void {
    this.#parsed.delete(vin);
    this.#parsed.set(vin, parsed);
    if (this.#parsed.size <= this.#capacity) return;
    const oldest = this.#parsed.keys().next();
    if (!oldest.done) this.#parsed.delete(oldest.value);
  }
}

/** A copy of the ECUs, as the payload belongs to a larger buffer; in `room`, the place of earlier ones, if it fits. */
function copyOf(
  { payload, start, end, digest }: ReportBytes,
  ends: readonly number[],
  room: Buffer | undefined,
) {
  const length = end - start;
  const bytes = room && room.length >= length ? room : Buffer.allocUnsafeSlow(length + SPARE_BYTES);
  payload.copy(bytes, 0, start, end);
  return { bytes, ends: ends.map((at) => at - start), digest };
}

function readEcu(bytes: Buffer): { reported: ReportedEcu; canonical: string } | undefined {
  if (!isUtf8(bytes)) return undefined;
  try {
    const sent: unknown = JSON.parse(bytes.toString('utf8'));
    const reported = ReportedEcu.safeParse(sent).data;
    return reported && { reported: storableEcu(reported), canonical: canonicalJson(sent) };
  } catch {
    return undefined;
  }
}
