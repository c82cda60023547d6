import { crc32 } from 'node:zlib';
import type { Delivery } from './delivery.ts';

/** What the journal tells of a message beside its payload. */
export type MessageHeader = {
  /** Number of the message in the journal; rises in the order in which messages were queued. */
  number: number;
  clientId: string;
  cmd?: string | undefined;
  topic?: string | undefined;
  qos?: number | undefined;
  messageId?: number | undefined;
  brokerId?: string | undefined;
  brokerCounter?: number | undefined;
  delivery?: Delivery | undefined;
};

export type JournalRecord =
  /** A message as it stands now; a later record with its number replaces an earlier one. */
  | { kind: 'message'; header: MessageHeader; payload: Buffer }
  /** Messages that are gone. */
  | { kind: 'removed'; numbers: number[] };

/** Length of what follows the checksum, checksum, kind, length of the header. */
const PREFIX_BYTES = 13;
const CHECKED_FROM = 8;
const kinds = { message: 1, removed: 2 } as const;
const nothing = Buffer.alloc(0);

/** A record that is not bytes yet. */
export type Unwritten = { kind: number; text: string; payload: Buffer };

export function messageRecord(header: MessageHeader, payload: Buffer): Unwritten {
  return { kind: kinds.message, text: JSON.stringify(header), payload };
}

export function removedRecord(numbers: readonly number[]): Unwritten {
  return { kind: kinds.removed, text: JSON.stringify(numbers), payload: nothing };
}

/** As many bytes as a record may take. */
export function roomFor({ text, payload }: Unwritten): number {
  return PREFIX_BYTES + text.length * 3 + payload.length;
}

/** Puts a record where there is room for it. Returns its end. */
export function writeRecord(target: Buffer, at: number, { kind, text, payload }: Unwritten): number {
  const length = target.write(text, at + PREFIX_BYTES);
  const body = at + PREFIX_BYTES + length;
  const end = body + payload.length;
  payload.copy(target, body);
  target.writeUInt32BE(end - at - CHECKED_FROM, at);
  target[at + CHECKED_FROM] = kind;
  target.writeUInt32BE(length, at + 9);
  target.writeUInt32BE(crc32(target.subarray(at + CHECKED_FROM, end)), at + 4);
  return end;
}

/** The record at this place, with the place after it; `undefined` where no whole record stands. */
export function decodeRecord(bytes: Buffer, at: number): { record: JournalRecord; end: number } | undefined {
  if (bytes.length < at + PREFIX_BYTES) return undefined;
  const end = at + CHECKED_FROM + bytes.readUInt32BE(at);
  const body = at + PREFIX_BYTES + bytes.readUInt32BE(at + 9);
  if (end > bytes.length || body > end) return undefined;
  if (crc32(bytes.subarray(at + CHECKED_FROM, end)) !== bytes.readUInt32BE(at + 4)) return undefined;
  const header: unknown = JSON.parse(bytes.toString('utf8', at + PREFIX_BYTES, body));
  return { record: recordOf(bytes[at + 8], header, bytes.subarray(body, end)), end };
}

/** The checksum vouches for what `writeRecord` wrote. */
function recordOf(kind: number | undefined, header: unknown, payload: Buffer): JournalRecord {
  return kind === kinds.removed
    ? { kind: 'removed', numbers: header as number[] }
    : { kind: 'message', header: header as MessageHeader, payload };
}
