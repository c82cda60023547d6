import { z } from 'zod';
import { Vin } from '../protocol/primitives.ts';

const zones = new Set(Intl.supportedValuesOf('timeZone'));

/** Tells whether a name is an IANA time zone that this runtime can calculate with. */
export function isTimeZone(name: string): boolean {
  if (zones.has(name)) return true;
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(name)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/** An IANA time zone, e.g. `Europe/Vienna`; aliases such as `Asia/Calcutta` are taken as well. */
export const TimeZone = z.string().refine(isTimeZone, 'an IANA time zone such as Europe/Vienna');

export const Tag = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc},;]+$/u, 'a tag has no commas, semicolons or control characters');

/** Tags without repetitions, in the order in which they were first named. */
export const Tags = z
  .array(Tag)
  .max(50)
  .transform((tags) => [...new Set(tags)]);

const PlainText = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(80)
  .regex(/^\P{Cc}*$/u, 'must have no control characters');

/** Master data of a vehicle as an operator writes it. */
export const VehicleFields = z.object({
  vin: Vin,
  model: PlainText,
  modelYear: z.coerce.number().int().min(1950).max(2100),
  region: PlainText,
  timeZone: TimeZone,
  tags: Tags.default([]),
  skilledPersonOnly: z.boolean().default(false),
});
export type VehicleFields = z.infer<typeof VehicleFields>;
