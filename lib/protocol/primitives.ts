import { z } from 'zod';

/** Version of the wire contract that this code speaks; every payload carries it as `v`. */
export const PROTOCOL_VERSION = 1;

/** Largest payload in bytes that either side accepts (256 KiB). */
export const MAX_PAYLOAD_BYTES = 256 * 1024;

/** Vehicle identification number: 17 characters without I, O and Q (ISO 3779). */
export const Vin = z
  .string()
  .regex(/^[A-HJ-NPR-Z0-9]{17}$/, 'a VIN has 17 characters: digits and capital letters without I, O, Q');
export type Vin = z.infer<typeof Vin>;

/** Name of an ECU within its vehicle, e.g. `TCU`, `BMS`, `ADAS-FRONT`. */
export const EcuId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]*$/, 'an ECU id has letters, digits and . _ : -');
export type EcuId = z.infer<typeof EcuId>;

/** Position in the one counter that a TCU keeps for all its messages; starts at 1. */
export const Sequence = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
export type Sequence = z.infer<typeof Sequence>;

/** An instant as the sender's clock shows it (ISO 8601, UTC); never used for order. */
export const Instant = z.iso.datetime({ offset: true });
export type Instant = z.infer<typeof Instant>;

/** Hex SHA-256 of a payload file. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hex');
export type Sha256 = z.infer<typeof Sha256>;

/** Quality of service of MQTT 3.1.1 §4.3. */
export const Qos = z.union([z.literal(0), z.literal(1), z.literal(2)]);
export type Qos = z.infer<typeof Qos>;

export const ProtocolVersion = z.literal(PROTOCOL_VERSION);
