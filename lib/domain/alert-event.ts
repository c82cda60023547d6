import { z } from 'zod';

/** What people can be alerted of, by e-mail or webhook. */
export const AlertEvent = z.enum([
  'campaign_auto_paused',
  'campaign_stalled',
  'campaign_finished',
  'approval_needed',
  'wave_waits',
  'offers_stopped',
  'offers_allowed',
  'tcu_replaced',
  'vehicle_blocked',
]);
export type AlertEvent = z.infer<typeof AlertEvent>;
