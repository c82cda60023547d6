import { z } from 'zod';

/** How a version is compared: by the ECU type's own order. */
export const VersionOperator = z.enum(['=', '!=', '<', '<=', '>', '>=', 'known', 'unknown']);
export type VersionOperator = z.infer<typeof VersionOperator>;

/** Fields of a vehicle that are compared as text. */
export const TextField = z.enum(['vin', 'model', 'region', 'timeZone', 'tag']);
export type TextField = z.infer<typeof TextField>;

const Text = z.string().min(1).max(500);

/** Leaves of a target filter; each is one test on one vehicle. */
export const TargetCondition = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    field: TextField,
    operator: z.enum(['=', '!=', 'in', 'starts']),
    values: z.array(Text).min(1).max(100_000),
  }),
  z.object({
    kind: z.literal('modelYear'),
    operator: z.enum(['=', '!=', '<', '<=', '>', '>=']),
    value: z.int().min(1900).max(2200),
  }),
  z.object({ kind: z.literal('online'), value: z.boolean() }),
  /** Seen within (or not within) the last so many minutes. */
  z.object({
    kind: z.literal('lastSeen'),
    operator: z.enum(['within', 'before']),
    minutes: z
      .int()
      .min(1)
      .max(10 * 366 * 1440),
  }),
  /** The vehicle has an ECU of this type with, optionally, this hardware and software version. */
  z.object({
    kind: z.literal('ecu'),
    ecuType: Text,
    hardware: z.object({ operator: z.enum(['=', '!=']), value: z.string().max(4096) }).optional(),
    software: z.object({ operator: VersionOperator, value: z.string().max(4096).optional() }).optional(),
  }),
  z.object({ kind: z.literal('campaign'), campaignId: Text, outcome: z.string().max(40) }),
  z.object({ kind: z.literal('skilledPersonOnly'), value: z.boolean() }),
]);
export type TargetCondition = z.infer<typeof TargetCondition>;

export type TargetFilter =
  | { kind: 'all' }
  | { kind: 'and'; filters: TargetFilter[] }
  | { kind: 'or'; filters: TargetFilter[] }
  | { kind: 'not'; filter: TargetFilter }
  | TargetCondition;

/** Which vehicles are meant; `all` is the whole registered fleet. */
export const TargetFilter: z.ZodType<TargetFilter> = z.lazy(() =>
  z.union([
    z.object({ kind: z.literal('all') }),
    z.object({ kind: z.literal('and'), filters: z.array(TargetFilter).min(1).max(200) }),
    z.object({ kind: z.literal('or'), filters: z.array(TargetFilter).min(1).max(200) }),
    z.object({ kind: z.literal('not'), filter: TargetFilter }),
    TargetCondition,
  ]),
);
