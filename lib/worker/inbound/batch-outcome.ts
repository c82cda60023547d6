import type { VehicleRecord } from './fold/vehicle-record.ts';
import type { Rejected, ReportSlice } from './messages.ts';

/** What is left to do once a batch is committed. */
export type BatchOutcome = {
  /** Committed up to this sequence, by VIN. */
  acknowledge: Map<string, number>;
  /** Vehicles to ask for a full report; with a number, to continue their counter above it. */
  requests: Map<string, number | undefined>;
  /** Reports that can be recognised by their bytes from now on. */
  known: { vin: string; slice: ReportSlice; fingerprint: string }[];
  /** Vehicles whose ECUs are known as they are stored now. */
  stored: VehicleRecord[];
  /** Vehicles of which anything was stored but that they were heard of. */
  changed: Set<string>;
  /** Vehicles that were heard of, and nothing else. */
  seen: Set<string>;
  campaigns: string[];
  /** What went into quarantine. */
  refused: Rejected[];
  /** Something has become due for the dispatcher. */
  wake: boolean;
  /** Vehicles were queued for joining continuous campaigns. */
  joins: boolean;
  counts: { touched: number; changes: number };
};

export function emptyOutcome(): BatchOutcome {
  return {
    acknowledge: new Map(),
    requests: new Map(),
    known: [],
    stored: [],
    changed: new Set(),
    seen: new Set(),
    campaigns: [],
    refused: [],
    wake: false,
    joins: false,
    counts: { touched: 0, changes: 0 },
  };
}

/** Adds the outcome of a later part of the same batch. */
export function addOutcome(sum: BatchOutcome, part: BatchOutcome): void {
  for (const [vin, sequence] of part.acknowledge) {
    sum.acknowledge.set(vin, Math.max(sequence, sum.acknowledge.get(vin) ?? 0));
  }
  for (const [vin, minSequence] of part.requests) sum.requests.set(vin, minSequence);
  sum.known.push(...part.known);
  sum.stored.push(...part.stored);
  for (const vin of part.changed) sum.changed.add(vin);
  for (const vin of part.seen) sum.seen.add(vin);
  sum.campaigns = [...new Set([...sum.campaigns, ...part.campaigns])];
  sum.refused.push(...part.refused);
  sum.wake ||= part.wake;
  sum.joins ||= part.joins;
  sum.counts.touched += part.counts.touched;
  sum.counts.changes += part.counts.changes;
}
