import type { AlertEvent } from '#lib/domain/alert-event.ts';

const WORDS: Readonly<Record<AlertEvent, string>> = {
  campaign_auto_paused: 'Paused by itself',
  campaign_stalled: 'Wave stalled',
  campaign_finished: 'Campaign finished',
  approval_needed: 'Approval needed',
  wave_waits: 'Wave waits for a person',
  offers_stopped: 'All offers stopped',
  offers_allowed: 'Offers allowed again',
  tcu_replaced: 'TCU replaced',
  vehicle_blocked: 'Vehicle blocked',
};

/** Events of alerts in words; unknown ones are absent. */
export const EVENT_WORDS: Readonly<Record<string, string>> = { ...WORDS, test: 'Test' };
