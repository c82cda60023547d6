import { z } from 'zod';
import { Instant, ProtocolVersion } from './primitives.ts';

/** Most bytes of a refused payload that a notice carries. */
export const NOTICE_HEAD_BYTES = 1024;

/** Why the broker refused or dropped something. */
export const BrokerNoticeReason = z.enum([
  'oversized',
  'foreign_topic',
  'foreign_vin',
  'not_enrolled',
  'foreign_subscription',
  'queue_overflow',
]);
export type BrokerNoticeReason = z.infer<typeof BrokerNoticeReason>;

/**
 * `Broker_Notice/{client id}`: the broker refused a message of this client, or dropped one on its way to it.
 * Only backend processes may subscribe; what is refused so becomes visible in quarantine.
 */
export const BrokerNotice = z.looseObject({
  v: ProtocolVersion,
  reason: BrokerNoticeReason,
  /** Client id of the source (for a vehicle: its VIN), or the vehicle whose queue overflowed. */
  vin: z.string().min(1).max(256),
  topic: z.string().max(1024),
  /** Length of the whole payload in bytes. */
  length: z.int().min(0),
  /** The payload's first bytes in base64, at most `NOTICE_HEAD_BYTES`. */
  head: z.base64(),
  /** How many of the same kind this one stands for; notices are limited per client. */
  count: z.int().min(1),
  seenAt: Instant,
});
export type BrokerNotice = z.infer<typeof BrokerNotice>;
