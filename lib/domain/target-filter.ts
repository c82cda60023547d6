import { z } from 'zod';
import { AssignmentState } from './states.ts';

/** How a version is compared: by the ECU type's own order. */
export const VersionOperator = z.enum(['=', '!=', '<', '<=', '>', '>=', 'known', 'unknown']);
export type VersionOperator = z.infer<typeof VersionOperator>;

/** Fields of a vehicle that are compared as text. */
export const TextField = z.enum(['vin', 'model', 'region', 'timeZone', 'tag']);
export type TextField = z.infer<typeof TextField>;

/** A text that a column can hold, so that it means the same in SQL and in TypeScript. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

const Storable = z.string().refine(isStorableText, 'NUL and lone surrogates cannot be searched for');
const Text = Storable.min(1).max(500);

/** What became of a vehicle in a campaign; `any` is to be in it at all. */
export const CampaignOutcome = z.union([AssignmentState, z.literal('any')]);
export type CampaignOutcome = z.infer<typeof CampaignOutcome>;

const SoftwareTest = z
  .object({ operator: VersionOperator, value: Storable.max(4096).optional() })
  .refine(
    ({ operator, value }) => (operator === 'known' || operator === 'unknown') === (value === undefined),
    'compare with a version, or ask for known or unknown',
  );

/**
 * Leaves of a target filter; each is one test on one vehicle. Texts: `=`, `in` and `starts` hold where one of
 * the values does, `!=` where none is equal. Fields without a value differ from every value.
 */
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
    hardware: z.object({ operator: z.enum(['=', '!=']), value: Storable.max(4096) }).optional(),
    software: SoftwareTest.optional(),
  }),
  z.object({ kind: z.literal('campaign'), campaignId: Text, outcome: CampaignOutcome }),
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
