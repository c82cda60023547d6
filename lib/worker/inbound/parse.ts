import { isUtf8 } from 'node:buffer';
import type { z } from 'zod';
import type { QuarantineReason } from '#lib/domain/quarantine-reason.ts';
import { BrokerNotice } from '#lib/protocol/broker-notice.ts';
import { EcuDetailsFull, EcuDetailsHeartbeat } from '#lib/protocol/ecu-details.ts';
import { fingerprintOfParts, fingerprintParts } from '#lib/protocol/fingerprint.ts';
import { OtaStatus } from '#lib/protocol/ota-status.ts';
import { OtaReceipt, TcuPresence } from '#lib/protocol/presence.ts';
import { MAX_PAYLOAD_BYTES, Vin } from '#lib/protocol/primitives.ts';
import { parseTopic, type TopicNames } from '#lib/protocol/topics.ts';
import { type KnownReports, sliceOf } from './known-reports.ts';
import type { InboundMessage, RawMessage, Rejected } from './messages.ts';
import type { ParsedReports } from './parsed-reports.ts';
import { ReportBytes } from './report-bytes.ts';
import { storable, storableEcu } from './storable.ts';

/** Bytes kept of a payload that is too large to be stored whole. */
const HEAD_BYTES = 1024;

/** Reports of each vehicle that were stored, and that were read; by them the next one is read quicker. */
export type ReportMemory = { known: KnownReports; parsed: ParsedReports };

/**
 * Reads a message once: topic, size, UTF-8, JSON, schema, VIN. Never throws; what does not pass comes back as
 * `rejected` with its reason. With a memory, a full report that repeats the last one is recognised unparsed, and
 * of another one only what is new is parsed; what comes of it is the same.
 */
export function parseMessage(names: TopicNames, raw: RawMessage, memory?: ReportMemory): InboundMessage {
  const topic = parseTopic(names, raw.topic);
  if (topic.kind === 'brokerNotice') return parseNotice(raw);
  if (!('vin' in topic)) return reject(raw, 'foreign_topic', 'This topic is not one of a vehicle.');
  const { kind, vin } = topic;
  if (!Vin.safeParse(vin).success) return reject(raw, 'invalid', `The topic names no VIN: ${raw.topic}`);
  if (raw.payload.length > MAX_PAYLOAD_BYTES) {
    return reject(
      raw,
      'oversized',
      `${raw.payload.length} bytes; at most ${MAX_PAYLOAD_BYTES} are allowed.`,
      vin,
    );
  }
  if (kind === 'ecuDetails') {
    const remembered = memory && parseRemembered(raw, vin, memory);
    if (remembered) return remembered;
  }
  const json = readJson(raw.payload);
  if (json.kind === 'broken') return reject(raw, 'not_json', json.detail, vin);
  const named: unknown = Reflect.get(Object(json.value), 'vin');
  if (typeof named === 'string' && named !== vin) {
    return reject(
      raw,
      'vin_mismatch',
      `The topic is that of ${vin}, the payload names ${printable(named)}.`,
      vin,
    );
  }
  switch (kind) {
    case 'ecuDetails':
      return parseDetails(raw, vin, json.value, memory);
    case 'otaStatus':
      return accept(OtaStatus, raw, vin, json.value, (status) => ({
        kind: 'status',
        vin,
        raw,
        sequence: status.sequence,
        status: {
          ...status,
          campaignId: storable(status.campaignId),
          detail: status.detail && storable(status.detail),
        },
      }));
    case 'tcuPresence':
      return accept(TcuPresence, raw, vin, json.value, (presence) => ({
        kind: 'presence',
        vin,
        raw,
        presence: { ...presence, connectionId: storable(presence.connectionId) },
      }));
    case 'otaReceipt':
      return accept(OtaReceipt, raw, vin, json.value, (receipt) => ({ kind: 'receipt', vin, raw, receipt }));
    case 'otaUpdate':
    case 'otaControl':
      return reject(raw, 'foreign_topic', 'Only the backend publishes to this topic.', vin);
  }
}

/** A full report by what is remembered of its vehicle; reading it in full finds out what is wrong with it. */
function parseRemembered(raw: RawMessage, vin: string, memory: ReportMemory): InboundMessage | undefined {
  const bytes = ReportBytes.of(raw.payload);
  if (!bytes) return undefined;
  memory.parsed.recall(vin, bytes);
  const repeated = memory.known.recognise(vin, bytes);
  if (repeated) return { kind: 'unchanged', vin, raw, ...repeated };
  const reparsed = memory.parsed.reparse(vin, bytes);
  return reparsed && { kind: 'report', vin, raw, sequence: reparsed.report.sequence, ...reparsed };
}

function parseDetails(
  raw: RawMessage,
  vin: string,
  json: unknown,
  memory: ReportMemory | undefined,
): InboundMessage {
  const isFull = typeof json === 'object' && json !== null && 'ecus' in json;
  if (!isFull) {
    return accept(EcuDetailsHeartbeat, raw, vin, json, ({ sequence, fingerprint, reportedAt }) => ({
      kind: 'heartbeat',
      vin,
      raw,
      sequence,
      fingerprint,
      reportedAt,
    }));
  }
  return accept(EcuDetailsFull, raw, vin, json, (report) => {
    report.ecus.forEach(storableEcu);
    const sent = json as { tcu: unknown; ecus: { ecuId: string }[] };
    const parts = fingerprintParts(sent);
    const bytes = ReportBytes.of(raw.payload);
    if (bytes) memory?.parsed.keep(bytes, report, parts);
    return {
      kind: 'report',
      vin,
      raw,
      sequence: report.sequence,
      report,
      fingerprint: fingerprintOfParts(parts),
      slice: sliceOf(bytes, sent),
    };
  });
}

function accept<Schema extends z.ZodType>(
  schema: Schema,
  raw: RawMessage,
  vin: string,
  json: unknown,
  make: (message: z.output<Schema>) => InboundMessage,
): InboundMessage {
  const sequence: unknown = Reflect.get(Object(json), 'sequence');
  const refuse = (detail: string): Rejected => ({
    ...reject(raw, 'invalid', detail, vin),
    sequence: Number.isSafeInteger(sequence) ? Number(sequence) : undefined,
  });
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const issues = parsed.error.issues.slice(0, 5);
    return refuse(issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
  }
  try {
    return make(parsed.data);
  } catch (error) {
    // Members that no schema names may hold what has no canonical form: nested beyond the stack, 1e999.
    return refuse(`It has no fingerprint: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What the broker refused, as it tells of it: the payload is the refused one's beginning. */
function parseNotice(raw: RawMessage): InboundMessage {
  const json = readJson(raw.payload);
  const notice = json.kind === 'value' ? BrokerNotice.safeParse(json.value).data : undefined;
  if (!notice) return reject(raw, 'invalid', 'A notice of the broker that cannot be read.');
  const reason: QuarantineReason = notice.reason === 'foreign_vin' ? 'plain_names_other' : notice.reason;
  const vin = Vin.safeParse(notice.vin).data;
  const rejected = reject(raw, reason, `Refused by the broker: ${printable(notice.topic)}`, vin);
  const payload = Buffer.from(notice.head, 'base64');
  return {
    ...rejected,
    source: storable(notice.vin),
    topic: storable(notice.topic),
    payload,
    payloadBytes: notice.length,
    count: notice.count,
  };
}

/** A message for quarantine; messages of one source (the VIN, else the topic) and reason share a row. */
export function reject(raw: RawMessage, reason: QuarantineReason, detail: string, vin?: string): Rejected {
  const payload = reason === 'oversized' ? raw.payload.subarray(0, HEAD_BYTES) : raw.payload;
  return {
    kind: 'rejected',
    reason,
    detail: storable(detail).slice(0, 1000),
    source: vin ?? storable(raw.topic).slice(0, 256),
    vin,
    sequence: undefined,
    count: 1,
    topic: storable(raw.topic).slice(0, 1024),
    qos: raw.qos,
    payload,
    payloadBytes: raw.payload.length,
    receivedAt: raw.receivedAt,
  };
}

type Json = { kind: 'value'; value: unknown } | { kind: 'broken'; detail: string };

function readJson(payload: Buffer): Json {
  if (!isUtf8(payload)) return { kind: 'broken', detail: 'The payload is not UTF-8.' };
  try {
    return { kind: 'value', value: JSON.parse(payload.toString('utf8')) };
  } catch (error) {
    return { kind: 'broken', detail: error instanceof Error ? printable(error.message) : 'not JSON' };
  }
}

function printable(text: string): string {
  return storable(text).slice(0, 200);
}
