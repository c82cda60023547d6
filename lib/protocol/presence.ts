import { z } from 'zod';
import { Instant, ProtocolVersion, Qos, Vin } from './primitives.ts';

/** `TCU_Presence/{vin}`, retained; the offline one is the last will of the same connection. */
export const TcuPresence = z.looseObject({
  v: ProtocolVersion,
  state: z.enum(['online', 'offline']),
  /** Random for each CONNECT, so that the will of an old connection never hides a new one. */
  connectionId: z.string().min(8).max(64),
});
export type TcuPresence = z.infer<typeof TcuPresence>;

/** `OTA_Receipt/{vin}`: the broker saw the vehicle's PUBACK or PUBCOMP of an `OTA_Update`. */
export const OtaReceipt = z.looseObject({
  v: ProtocolVersion,
  vin: Vin,
  campaignId: z.string().optional(),
  attempt: z.int().min(1).optional(),
  /** Version of the Director document or announcement that was delivered. */
  version: z.int().min(1).optional(),
  packet: z.enum(['PUBACK', 'PUBCOMP']),
  qos: Qos,
  seenAt: Instant,
});
export type OtaReceipt = z.infer<typeof OtaReceipt>;
