import type { Pool } from 'pg';
import { createJoinScreen } from '#lib/db/engine/join-screen.ts';
import type { Log } from '#lib/log.ts';
import type { TopicNames } from '#lib/protocol/topics.ts';
import type { AssignmentPort } from './assignment-port.ts';
import type { BatchOutcome } from './batch-outcome.ts';
import type { HeldAck } from './held-acks.ts';
import { ingestIsolating } from './ingest-messages.ts';
import { KnownEcus } from './known-ecus.ts';
import { KnownReports } from './known-reports.ts';
import { Lane, type Received } from './lane.ts';
import type { RawMessage } from './messages.ts';
import { parseMessage } from './parse.ts';
import { ParsedReports } from './parsed-reports.ts';

export type PipelineOptions = {
  pool: Pool;
  names: TopicNames;
  port: AssignmentPort;
  shard: number;
  /** Batches that are stored at the same time. */
  concurrency: number;
  batchSize: number;
  flushMs: number;
  /** So many messages the broker sends before it waits for acknowledgments. */
  receiveMaximum: number;
  /** Vehicles whose last report is recognised by its bytes; about 300 bytes each. */
  knownReports?: number;
  log: Log;
  now?: () => Date;
  /** Called once a batch is committed: only now may anything be acknowledged or announced. */
  onCommitted(outcome: BatchOutcome, acks: readonly HeldAck[]): void;
};

const defaultKnownReports = 200_000;
/** Vehicles whose ECUs are remembered as they are stored and as they were read; about 10 kB each. */
const knownEcus = 20_000;
/** Heartbeats that come one by one are stored by the handful: on an idle machine each commit is most of their cost. */
const PATIENT_MS = 1_000;
/** So many are worth their commit; then there is no need to wait for more. */
const FEW = 32;
const drainMs = 5_000;

export type Pipeline = ReturnType<typeof createPipeline>;

/**
 * From message to commit: parse once, gather in lanes, store in batches. A vehicle always has the same lane,
 * so its messages are stored in their order of arrival and two lanes never wait for one row.
 */
export function createPipeline(options: PipelineOptions) {
  const { pool, names, port, shard, log } = options;
  const now = options.now ?? (() => new Date());
  const known = new KnownReports(options.knownReports ?? defaultKnownReports);
  const memory = { known, parsed: new ParsedReports(knownEcus) };
  const remembered = { ecus: new KnownEcus(knownEcus), screen: createJoinScreen() };
  const totals = { messages: 0, batches: 0, touched: 0, changes: 0, quarantined: 0, retries: 0 };
  let lastBatch = { size: 0, ms: 0 };
  let measured = { at: performance.now(), messages: 0, perSecond: 0 };

  /** Messages a second since it was last asked, over a second at least. */
  const rate = (): number => {
    const at = performance.now();
    const seconds = (at - measured.at) / 1_000;
    if (seconds >= 1) {
      measured = {
        at,
        messages: totals.messages,
        perSecond: (totals.messages - measured.messages) / seconds,
      };
    }
    return Math.round(measured.perSecond);
  };

  const process = async (batch: readonly Received[]): Promise<void> => {
    const started = performance.now();
    const outcome = await ingestIsolating(
      pool,
      batch.map(({ message }) => message),
      { names, port, shard, now: now(), remembered },
    ).catch((error) => {
      totals.retries++;
      throw error;
    });
    for (const { vin, slice, fingerprint } of outcome.known) known.set(vin, slice, fingerprint);
    for (const vehicle of outcome.stored) remembered.ecus.put(vehicle);
    totals.messages += batch.length;
    totals.batches++;
    totals.touched += outcome.counts.touched;
    totals.changes += outcome.counts.changes;
    totals.quarantined += outcome.refused.length;
    lastBatch = { size: batch.length, ms: Math.round(performance.now() - started) };
    options.onCommitted(
      outcome,
      batch.flatMap(({ ack }) => ack ?? []),
    );
  };
  const lanes = Array.from(
    { length: options.concurrency },
    () =>
      new Lane({
        batchSize: options.batchSize,
        flushMs: options.flushMs,
        patientMs: PATIENT_MS,
        // Half of what the broker sends at a time, or it might wait for us while we wait for more.
        few: Math.min(FEW, Math.floor(options.receiveMaximum / (2 * options.concurrency))),
        log,
        process,
      }),
  );

  return {
    /** Takes a message on; `ack` is released after its commit. */
    accept(topic: string, payload: Buffer, qos: 0 | 1 | 2, ack: HeldAck | undefined): void {
      const raw: RawMessage = { topic, payload, qos, receivedAt: now() };
      const message = parseMessage(names, raw, memory);
      const key = message.kind === 'rejected' ? message.source : message.vin;
      lanes[laneOf(key, lanes.length)]?.push({ message, ack, acceptedAt: performance.now() });
    },
    async drain(): Promise<void> {
      await Promise.all(lanes.map((lane) => lane.drain(drainMs)));
    },
    /** Messages that wait, without those being stored just now. */
    get depth(): number {
      return lanes.reduce((sum, lane) => sum + lane.depth, 0);
    },
    stats() {
      const oldest = Math.min(...lanes.map((lane) => lane.oldest ?? Number.POSITIVE_INFINITY));
      return {
        ...totals,
        perSecond: rate(),
        waiting: this.depth,
        lagMs: Number.isFinite(oldest) ? Math.round(performance.now() - oldest) : 0,
        lastBatch,
        knownReports: known.size,
      };
    },
  };
}

/** VINs differ most in their last characters. */
function laneOf(key: string, lanes: number): number {
  let sum = 0;
  for (let at = Math.max(0, key.length - 6); at < key.length; at++) sum = (sum * 31 + key.charCodeAt(at)) | 0;
  return Math.abs(sum) % lanes;
}
