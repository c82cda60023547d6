import type { EcuDetailsFull } from '#lib/protocol/ecu-details.ts';
import type { OtaStatus } from '#lib/protocol/ota-status.ts';
import type { OtaReceipt, TcuPresence } from '#lib/protocol/presence.ts';

/** A message as it came from the broker (or from quarantine), with the server's receipt time. */
export type RawMessage = { topic: string; payload: Buffer; qos: 0 | 1 | 2; receivedAt: Date };

/** Why a message is in quarantine. */
export const QUARANTINE_REASONS = {
  oversized: 'The payload is larger than 256 KiB.',
  not_json: 'The payload is not JSON in UTF-8.',
  invalid: 'The payload does not fit the schema of its topic.',
  vin_mismatch: 'The payload names another VIN than its topic.',
  unknown_vehicle: 'No registered vehicle has this VIN.',
  replaced_tcu: 'This TCU was replaced by another one.',
  foreign_topic: 'The source may not publish to this topic.',
  plain_names_other: 'A plain ECU_Details names another VIN than the one that is signed in.',
  not_enrolled: 'The source is not enrolled yet.',
  foreign_subscription: 'The source may not subscribe to this topic.',
  queue_overflow: 'The broker dropped a message for this vehicle, because its queue was full.',
  processing_failed: 'The message could not be stored.',
} as const;
export type QuarantineReason = keyof typeof QUARANTINE_REASONS;

/** A message for quarantine; `payload` is what is left of it, `payloadBytes` what it was. */
export type Rejected = {
  kind: 'rejected';
  reason: QuarantineReason;
  detail: string;
  /** Messages of one source and reason share a row. */
  source: string;
  vin: string | undefined;
  /** The counter of the sender, where it could be read: storing it in quarantine commits it as well. */
  sequence: number | undefined;
  count: number;
  topic: string;
  qos: number;
  payload: Buffer;
  payloadBytes: number;
  receivedAt: Date;
};

type OfVehicle = { vin: string; raw: RawMessage };

export type ReportMessage = OfVehicle & {
  kind: 'report';
  sequence: number;
  report: EcuDetailsFull;
  fingerprint: string;
  /** Under what the cache knows this report's bytes, once it is committed. */
  slice: ReportSlice | undefined;
};
/** A full report that has the bytes of the last committed one; its ECUs are not parsed. */
export type UnchangedReport = OfVehicle & {
  kind: 'unchanged';
  sequence: number;
  fingerprint: string;
  reportedAt: string | undefined;
};
export type HeartbeatMessage = OfVehicle & {
  kind: 'heartbeat';
  sequence: number;
  fingerprint: string;
  reportedAt: string | undefined;
};
export type StatusMessage = OfVehicle & { kind: 'status'; sequence: number; status: OtaStatus };
export type PresenceMessage = OfVehicle & { kind: 'presence'; presence: TcuPresence };
export type ReceiptMessage = OfVehicle & { kind: 'receipt'; receipt: OtaReceipt };

export type VehicleMessage =
  | ReportMessage
  | UnchangedReport
  | HeartbeatMessage
  | StatusMessage
  | PresenceMessage
  | ReceiptMessage;
export type InboundMessage = VehicleMessage | Rejected;

/** Digest of the bytes of a report's `ecus`, and its `tcu` as JSON. */
export type ReportSlice = { ecus: string; tcu: string };
