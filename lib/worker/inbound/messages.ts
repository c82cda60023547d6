import type { QuarantineReason } from '#lib/domain/quarantine-reason.ts';
import type { EcuDetailsFull } from '#lib/protocol/ecu-details.ts';
import type { OtaStatus } from '#lib/protocol/ota-status.ts';
import type { OtaReceipt, TcuPresence } from '#lib/protocol/presence.ts';

/** A message as it came from the broker (or from quarantine), with the server's receipt time. */
export type RawMessage = { topic: string; payload: Buffer; qos: 0 | 1 | 2; receivedAt: Date };

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
