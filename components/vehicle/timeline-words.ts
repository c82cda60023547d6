import type { Tone } from '#components/ui/tones.ts';
import { ASSIGNMENT_STATUS, type StatusWord } from '#components/ui/tones.ts';
import { AssignmentState } from '#lib/domain/states.ts';
import type { VehicleData } from './vehicle-screen.tsx';

export type TimelineRow = VehicleData['timeline']['rows'][number];

const KINDS: Record<string, StatusWord> = {
  registered: { tone: 'done', word: 'Registered' },
  edited: { tone: 'offline', word: 'Edited' },
  retired: { tone: 'offline', word: 'Retired' },
  erased: { tone: 'offline', word: 'Personal data erased' },
  credential_rotated: { tone: 'warning', word: 'Credential rotated' },
  tcu_replaced: { tone: 'warning', word: 'TCU replaced' },
  tcu_confirmed: { tone: 'done', word: 'TCU confirmed' },
  ecu_swapped: { tone: 'warning', word: 'ECU exchanged' },
  ecu_confirmed: { tone: 'done', word: 'Exchange of ECUs confirmed' },
  ecu_missing: { tone: 'warning', word: 'ECU missing' },
  ecu_returned: { tone: 'running', word: 'ECU is back' },
  ecu_added: { tone: 'running', word: 'New ECU' },
  blocked: { tone: 'failed', word: 'Blocked' },
  unblocked: { tone: 'done', word: 'Block cleared' },
  first_report: { tone: 'running', word: 'First report' },
  report: { tone: 'running', word: 'Full report' },
  version_changed: { tone: 'running', word: 'Version changed' },
  notified: { tone: 'running', word: 'Notified, accepted by the broker' },
  delivered: { tone: 'running', word: 'Delivered to the vehicle' },
  cancelled: { tone: 'offline', word: 'Cancelled' },
  cancel_requested: { tone: 'held', word: 'Cancellation asked for' },
  cancellation_published: { tone: 'held', word: 'Cancellation sent' },
  failure_acknowledged: { tone: 'held', word: 'Failure acknowledged' },
  counter_lost: { tone: 'warning', word: 'Message counter lost' },
};

const PHASES: Record<string, string> = {
  received: 'Offer received',
  accepted: 'Offer accepted',
  already_installed: 'Already installed',
  not_applicable: 'Not applicable',
  requested: 'Requested by the vehicle',
  deferred: 'Deferred',
  declined: 'Declined',
  rejected: 'Rejected',
  downloading: 'Downloading',
  verified: 'Payload verified',
  installing: 'Installing',
  rebooting: 'Rebooting',
  installed: 'Installed, says the vehicle',
  failed: 'Failed',
  rolled_back: 'Rolled back',
};

const PHASE_TONES: Record<string, Tone> = {
  deferred: 'held',
  declined: 'held',
  rejected: 'failed',
  failed: 'failed',
  rolled_back: 'failed',
  already_installed: 'done',
  installed: 'done',
};

/** What a row of the timeline is called, and in which tone. */
export function wordsOf(row: TimelineRow): StatusWord {
  if (row.kind === 'presence') {
    return row.code === 'online'
      ? { tone: 'done', word: 'Came online' }
      : { tone: 'offline', word: 'Went offline' };
  }
  // Broker and vehicle speak by different ways: what the vehicle said may have come before its receipt.
  if (row.kind === 'delivered' && row.toState !== 'delivered') {
    return { tone: 'offline', word: 'Delivery receipt, came late' };
  }
  if (row.phase !== null && row.phase in PHASES) {
    return { tone: PHASE_TONES[row.phase] ?? 'running', word: PHASES[row.phase] ?? row.phase };
  }
  const known = KINDS[row.kind];
  if (known) return known;
  const state = AssignmentState.safeParse(row.toState);
  if (state.success) return ASSIGNMENT_STATUS[state.data];
  return { tone: 'offline', word: sentence(row.kind) };
}

/**
 * What there is to say of an offer's delivery where no receipt can come: at QoS 0, or on a broker that sends
 * none. Null where a receipt is to be expected.
 */
export function deliveryNote({ kind, data }: Pick<TimelineRow, 'kind' | 'data'>): string | null {
  if (kind !== 'notified' || typeof data !== 'object' || data === null) return null;
  if (!('receipts' in data) || data.receipts === true) return null;
  const why =
    'qos' in data && data.qos === 0 ? 'at QoS 0 nothing confirms it' : 'this broker sends no receipts';
  return `Delivered: not observable, ${why}.`;
}

/** `version_changed` → `Version changed`. */
export function sentence(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
