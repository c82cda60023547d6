import { z } from 'zod';

export const CampaignState = z.enum([
  'draft',
  'awaiting_approval',
  'scheduled',
  'running',
  'paused',
  'completed',
  'aborted',
]);
export type CampaignState = z.infer<typeof CampaignState>;

export const WaveState = z.enum(['waiting', 'running', 'soaking', 'awaiting_manual', 'finished']);
export type WaveState = z.infer<typeof WaveState>;

/** State of one vehicle within one campaign, as operators watch it. */
export const AssignmentState = z.enum([
  'pending',
  'notified',
  'delivered',
  'acknowledged',
  'downloading',
  'verified',
  'installing',
  'installed',
  'confirmed',
  'already_installed',
  'not_applicable',
  'excluded',
  'deferred',
  'declined',
  'rejected',
  'failed',
  'rolled_back',
  'timed_out',
  'cancelled',
  'unreachable',
  'regressed',
]);
export type AssignmentState = z.infer<typeof AssignmentState>;

/** States in which the vehicle has an offer open: it may not be offered anything else. */
export const DISPATCHED_STATES = [
  'notified',
  'delivered',
  'acknowledged',
  'downloading',
  'verified',
  'installing',
  'installed',
] as const satisfies readonly AssignmentState[];

/** States in which nothing more is expected of the vehicle in this attempt. */
export const FINAL_STATES = [
  'confirmed',
  'already_installed',
  'not_applicable',
  'excluded',
  'declined',
  'rejected',
  'failed',
  'rolled_back',
  'timed_out',
  'cancelled',
  'unreachable',
  'regressed',
] as const satisfies readonly AssignmentState[];
