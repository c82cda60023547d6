import type { Qos } from '#lib/protocol/primitives.ts';

/**
 * Hands a message to the broker; resolves with its PUBACK or PUBCOMP (QoS 0: when it is written) and rejects where
 * the broker is not there. `expirySeconds` is the message expiry of MQTT 5, where the broker has it.
 */
export type Publish = (
  topic: string,
  payload: string,
  options: { qos: Qos; expirySeconds?: number },
) => Promise<void>;
