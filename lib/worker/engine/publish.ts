import type { Qos } from '#lib/protocol/primitives.ts';

/** One message of the backend to vehicles. */
export type OutgoingMessage = {
  topic: string;
  payload: string;
  qos: Qos;
  /** Message expiry of MQTT 5, where the broker has it. */
  expirySeconds?: number;
};

/**
 * Hands a message to the broker; resolves with its PUBACK or PUBCOMP (QoS 0: when it is written) and rejects where
 * the broker is not there.
 */
export type Publish = (message: OutgoingMessage) => Promise<void>;
