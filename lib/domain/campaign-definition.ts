import { z } from 'zod';
import { Qos } from '../protocol/primitives.ts';
import { TargetFilter } from './target-filter.ts';

const Ratio = z.number().min(0).max(1);

/** When a wave lets the next one begin. */
export const WaveGate = z.object({
  /** Share of finished vehicles that must have succeeded. */
  successThreshold: Ratio.default(0.9),
  /** Vehicles that must have finished before the gate is judged; capped at the wave's size. */
  minimumSample: z.int().min(1).max(1_000_000).default(1),
  /** Minutes to wait after the threshold is met. */
  soakMinutes: z
    .int()
    .min(0)
    .max(60 * 24 * 60)
    .default(0),
  /** A person opens the next wave. */
  manual: z.boolean().default(false),
});
export type WaveGate = z.infer<typeof WaveGate>;

export const WaveSize = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('percent'), percent: z.number().gt(0).max(100) }),
  z.object({ kind: z.literal('count'), count: z.int().min(1).max(10_000_000) }),
  z.object({ kind: z.literal('filter'), filter: TargetFilter }),
  /** Whoever is in no earlier wave. */
  z.object({ kind: z.literal('rest') }),
]);
export type WaveSize = z.infer<typeof WaveSize>;

export const WaveDefinition = z.object({
  name: z.string().min(1).max(80),
  size: WaveSize,
  gate: WaveGate.prefault({}),
});
export type WaveDefinition = z.infer<typeof WaveDefinition>;

/** Exceeding `rate` with at least `minimumSample` finished pauses the campaign. */
export const ErrorThreshold = z.object({
  rate: Ratio.default(0.1),
  minimumSample: z.int().min(1).max(1_000_000).default(5),
});
export type ErrorThreshold = z.infer<typeof ErrorThreshold>;

/** Offers per minute; bounds as in AWS IoT Jobs' rollout configuration. */
export const RolloutRate = z.object({
  maximumPerMinute: z.int().min(1).max(1_000_000).default(1000),
  ramp: z
    .object({
      basePerMinute: z.int().min(1).max(1000),
      /** Factor by which the rate rises each time `stepSuccesses` more vehicles have succeeded. */
      factor: z.number().min(1.1).max(5).multipleOf(0.1),
      stepSuccesses: z.int().min(1).max(1_000_000),
    })
    .optional(),
});
export type RolloutRate = z.infer<typeof RolloutRate>;

/** A recurring window in each vehicle's own time zone. */
export const MaintenanceWindow = z.object({
  /** ISO weekdays, 1 = Monday … 7 = Sunday; all seven by default. */
  weekdays: z.array(z.int().min(1).max(7)).min(1).max(7).default([1, 2, 3, 4, 5, 6, 7]),
  /** Local wall-clock start, `HH:MM`. */
  startsAt: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM'),
  durationMinutes: z
    .int()
    .min(15)
    .max(24 * 60),
});
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>;

export const EndBehaviour = z.enum(['stop_offering', 'cancel_not_begun', 'cancel_all']);
export type EndBehaviour = z.infer<typeof EndBehaviour>;

export const CampaignSchedule = z.object({
  /** Instants in UTC (ISO 8601); without `startAt` the campaign begins when it is started. */
  startAt: z.iso.datetime().optional(),
  endAt: z.iso.datetime().optional(),
  endBehaviour: EndBehaviour.default('cancel_not_begun'),
  windows: z.array(MaintenanceWindow).max(20).default([]),
});
export type CampaignSchedule = z.infer<typeof CampaignSchedule>;

/** How a failure is classed for retry; the worker maps a TCU's code to one of these. */
export const FailureClass = z.enum([
  'download',
  'verification',
  'installation',
  'precondition',
  'timeout',
  'other',
]);
export type FailureClass = z.infer<typeof FailureClass>;

export const RetryPolicy = z.object({
  /** Retries after the first attempt, per failure class; absent means none (AWS IoT Jobs: 0–10). */
  retries: z.partialRecord(FailureClass, z.int().min(0).max(10)).default({}),
  backOffMinutes: z
    .int()
    .min(0)
    .max(7 * 1440)
    .default(5),
  /** Each further retry waits this many times longer. */
  backOffFactor: z.number().min(1).max(10).default(2),
});
export type RetryPolicy = z.infer<typeof RetryPolicy>;

/** Phase clocks in minutes, running only while the vehicle is online (AWS IoT Jobs: 1–10,080). */
export const PhaseTimeouts = z.object({
  acknowledgeMinutes: z.int().min(1).max(10_080).default(30),
  downloadMinutes: z.int().min(1).max(10_080).default(240),
  installMinutes: z.int().min(1).max(10_080).default(240),
  /** From the claim of success to the report that proves it. */
  confirmMinutes: z.int().min(1).max(10_080).default(60),
});
export type PhaseTimeouts = z.infer<typeof PhaseTimeouts>;

export const CampaignKind = z.enum(['static', 'continuous']);
export type CampaignKind = z.infer<typeof CampaignKind>;

/** What becomes of a vehicle where a campaign that goes first wants one of the same ECUs. */
export const OverlapBehaviour = z.enum(['wait', 'exclude']);
export type OverlapBehaviour = z.infer<typeof OverlapBehaviour>;

export const Delivery = z.enum(['targeted', 'broadcast']);
export type Delivery = z.infer<typeof Delivery>;

/** A campaign as its author writes it; what its impact digest covers. */
export const CampaignDefinition = z.object({
  name: z.string().trim().min(1).max(120),
  description: z.string().max(5000).default(''),
  kind: CampaignKind.default('static'),
  releaseIds: z.array(z.string().min(1)).min(1).max(50),
  target: TargetFilter.default({ kind: 'all' }),
  waves: z
    .array(WaveDefinition)
    .min(1)
    .max(100)
    .default([{ name: 'All', size: { kind: 'rest' }, gate: WaveGate.parse({}) }]),
  errorThreshold: ErrorThreshold.prefault({}),
  rate: RolloutRate.prefault({}),
  schedule: CampaignSchedule.prefault({}),
  delivery: Delivery.default('targeted'),
  /** Broadcast only: the vehicles' answers are spread over this many seconds. */
  spreadSeconds: z.int().min(0).max(86_400).default(60),
  qos: Qos.default(1),
  retry: RetryPolicy.prefault({}),
  timeouts: PhaseTimeouts.prefault({}),
  /** How many approvers must approve; 0 means none. */
  requiredApprovals: z.int().min(0).max(10).default(0),
  /** Higher wins where two campaigns want the same ECU. */
  priority: z.int().min(0).max(100).default(50),
  /** Where another campaign goes first on an ECU: the vehicle waits for it, or is left out with that reason. */
  overlap: OverlapBehaviour.default('wait'),
  /** Offers again what the vehicle's owner refused, in this campaign or in another one of the same release. */
  offerAgainAfterRefusal: z.boolean().default(false),
  /** Returns vehicles to an earlier release, where the release they leave allows it. */
  rollback: z.boolean().default(false),
  /** Reaches vehicles and releases that only a skilled person may update; for campaigns of workshops. */
  allowSkilledPersonOnly: z.boolean().default(false),
});
export type CampaignDefinition = z.infer<typeof CampaignDefinition>;
