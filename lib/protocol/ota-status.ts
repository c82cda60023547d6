import { z } from 'zod';
import { EcuId, Instant, ProtocolVersion, Sequence, Vin } from './primitives.ts';

/** What a TCU says about one offer, in the order in which it may say it. */
export const OtaPhase = z.enum([
  'received',
  'accepted',
  'already_installed',
  'not_applicable',
  'deferred',
  'declined',
  'rejected',
  'requested',
  'downloading',
  'verified',
  'installing',
  'rebooting',
  'installed',
  'failed',
  'rolled_back',
  'cancelled',
]);
export type OtaPhase = z.infer<typeof OtaPhase>;

/** `OTA_Status/{vin}`: acknowledgment, progress or result of one offer. */
export const OtaStatus = z.looseObject({
  v: ProtocolVersion,
  vin: Vin.optional(),
  sequence: Sequence,
  campaignId: z.string().min(1).max(64),
  attempt: z.int().min(1).max(1000),
  phase: OtaPhase,
  ecuId: EcuId.optional(),
  /** Percent of the phase that is done. */
  progress: z.number().min(0).max(100).optional(),
  /** Machine-readable reason, e.g. `hash_mismatch`, `battery_low`, `owner_declined`. */
  code: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9._-]+$/)
    .optional(),
  detail: z.string().max(2000).optional(),
  /** ECUs that a failed rollback left neither old nor new. */
  partialEcus: z.array(EcuId).max(200).optional(),
  sentAt: Instant.optional(),
});
export type OtaStatus = z.infer<typeof OtaStatus>;
