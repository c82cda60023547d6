import { z } from 'zod';
import { EcuId, Instant, ProtocolVersion, Sequence, Vin } from './primitives.ts';
import { ReportedVersion } from './version-text.ts';

export const MAX_ECUS_PER_VEHICLE = 200;

/** Operational status of an ECU as its TCU sees it. */
export const EcuStatus = z.enum(['ok', 'degraded', 'fault', 'unreachable', 'updating']);
export type EcuStatus = z.infer<typeof EcuStatus>;

/** One ECU of a full report. */
export const ReportedEcu = z.looseObject({
  ecuId: EcuId,
  type: z.string().min(1).max(64),
  hardwareVersion: ReportedVersion,
  softwareVersion: ReportedVersion,
  partNumber: ReportedVersion.optional(),
  serial: ReportedVersion.optional(),
  status: EcuStatus,
  faults: z.array(z.string().max(64)).max(100).optional(),
});
export type ReportedEcu = z.infer<typeof ReportedEcu>;

/** The telematics control unit itself; a new serial under a valid credential opens a new epoch. */
export const ReportedTcu = z.looseObject({
  serial: ReportedVersion.refine((serial) => serial.length > 0, 'the TCU serial must not be empty'),
  softwareVersion: ReportedVersion,
});
export type ReportedTcu = z.infer<typeof ReportedTcu>;

/** `ECU_Details` in full: complete, so an ECU absent from it is missing from the vehicle. */
export const EcuDetailsFull = z.looseObject({
  v: ProtocolVersion,
  vin: Vin,
  sequence: Sequence,
  reportedAt: Instant.optional(),
  tcu: ReportedTcu,
  ecus: z
    .array(ReportedEcu)
    .min(1)
    .max(MAX_ECUS_PER_VEHICLE)
    .refine((ecus) => new Set(ecus.map((ecu) => ecu.ecuId)).size === ecus.length, 'an ECU id occurs twice'),
});
export type EcuDetailsFull = z.infer<typeof EcuDetailsFull>;

/** First 16 bytes, base64url, of SHA-256 over the canonical JSON of `{tcu, ecus sorted by ecuId}`. */
export const Fingerprint = z.string().regex(/^[A-Za-z0-9_-]{22}$/, '16 bytes in base64url');
export type Fingerprint = z.infer<typeof Fingerprint>;

/** `ECU_Details` as a heartbeat: nothing has changed since the report with this fingerprint. */
export const EcuDetailsHeartbeat = z.looseObject({
  v: ProtocolVersion,
  sequence: Sequence,
  fingerprint: Fingerprint,
  reportedAt: Instant.optional(),
});
export type EcuDetailsHeartbeat = z.infer<typeof EcuDetailsHeartbeat>;

export type EcuDetails =
  | { kind: 'full'; message: EcuDetailsFull }
  | { kind: 'heartbeat'; message: EcuDetailsHeartbeat };

/** Tells a full report (it has `ecus`) from a heartbeat and parses it; throws a `ZodError`. */
export function parseEcuDetails(json: unknown): EcuDetails {
  const isFull = typeof json === 'object' && json !== null && 'ecus' in json;
  return isFull
    ? { kind: 'full', message: EcuDetailsFull.parse(json) }
    : { kind: 'heartbeat', message: EcuDetailsHeartbeat.parse(json) };
}
