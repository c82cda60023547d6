import { z } from 'zod';
import { ProtocolVersion, Sequence, Sha256 } from './primitives.ts';

/** Everything up to and including `sequence` is committed; the TCU may drop it from its outbox. */
export const CommittedAck = z.looseObject({ v: ProtocolVersion, kind: z.literal('ack'), sequence: Sequence });
export type CommittedAck = z.infer<typeof CommittedAck>;

/** Send a full report; where `minSequence` is given, continue the counter above it. */
export const ReportRequest = z.looseObject({
  v: ProtocolVersion,
  kind: z.literal('report'),
  minSequence: Sequence.optional(),
});
export type ReportRequest = z.infer<typeof ReportRequest>;

/** Fresh payload URLs, by the SHA-256 of the payload. */
export const FreshUrls = z.looseObject({
  v: ProtocolVersion,
  kind: z.literal('urls'),
  campaignId: z.string(),
  urls: z.record(Sha256, z.url()),
});
export type FreshUrls = z.infer<typeof FreshUrls>;

/** `OTA_Control/{vin}`. */
export const OtaControl = z.discriminatedUnion('kind', [CommittedAck, ReportRequest, FreshUrls]);
export type OtaControl = z.infer<typeof OtaControl>;
