import type { AssignmentState, CampaignState, WaveState } from '#lib/domain/states.ts';

export type Tone = 'done' | 'running' | 'warning' | 'failed' | 'held' | 'offline';

export const TONE_GLYPH: Record<Tone, string> = {
  done: '✓',
  running: '▸',
  warning: '▲',
  failed: '✕',
  held: '‖',
  offline: '○',
};

export const TONE_TEXT: Record<Tone, string> = {
  done: 'text-done',
  running: 'text-running',
  warning: 'text-warning',
  failed: 'text-failed',
  held: 'text-held',
  offline: 'text-offline',
};

/** How much of a segment its tone covers, so that neighbours of one tone are told apart without colour. */
export type Fill = 'solid' | 'stripes' | 'bars' | 'hollow';

export const FILLS: Record<Fill, string> = {
  solid: 'fill-solid',
  stripes: 'fill-stripes',
  bars: 'fill-bars',
  hollow: 'fill-hollow',
};

export type StatusWord = { tone: Tone; word: string };

export const ASSIGNMENT_STATUS: Record<AssignmentState, StatusWord> = {
  pending: { tone: 'offline', word: 'Pending' },
  notified: { tone: 'running', word: 'Notified' },
  delivered: { tone: 'running', word: 'Delivered' },
  acknowledged: { tone: 'running', word: 'Acknowledged' },
  downloading: { tone: 'running', word: 'Downloading' },
  verified: { tone: 'running', word: 'Verified' },
  installing: { tone: 'running', word: 'Installing' },
  installed: { tone: 'running', word: 'Installed, unproven' },
  confirmed: { tone: 'done', word: 'Confirmed' },
  already_installed: { tone: 'done', word: 'Already installed' },
  not_applicable: { tone: 'offline', word: 'Not applicable' },
  excluded: { tone: 'offline', word: 'Excluded' },
  deferred: { tone: 'held', word: 'Deferred' },
  declined: { tone: 'held', word: 'Declined' },
  rejected: { tone: 'failed', word: 'Rejected' },
  failed: { tone: 'failed', word: 'Failed' },
  rolled_back: { tone: 'failed', word: 'Rolled back' },
  timed_out: { tone: 'failed', word: 'Timed out' },
  cancelled: { tone: 'offline', word: 'Cancelled' },
  unreachable: { tone: 'offline', word: 'Unreachable' },
  regressed: { tone: 'warning', word: 'Regressed' },
};

export const CAMPAIGN_STATUS: Record<CampaignState, StatusWord> = {
  draft: { tone: 'offline', word: 'Draft' },
  awaiting_approval: { tone: 'held', word: 'Awaiting approval' },
  scheduled: { tone: 'held', word: 'Scheduled' },
  running: { tone: 'running', word: 'Running' },
  paused: { tone: 'warning', word: 'Paused' },
  completed: { tone: 'done', word: 'Completed' },
  aborted: { tone: 'failed', word: 'Aborted' },
};

export const WAVE_STATUS: Record<WaveState, StatusWord> = {
  waiting: { tone: 'offline', word: 'Waiting' },
  running: { tone: 'running', word: 'Running' },
  soaking: { tone: 'held', word: 'Soaking' },
  awaiting_manual: { tone: 'warning', word: 'Waits for a person' },
  finished: { tone: 'done', word: 'Finished' },
};

export const ECU_STATUS: Record<string, StatusWord> = {
  ok: { tone: 'done', word: 'OK' },
  degraded: { tone: 'warning', word: 'Degraded' },
  fault: { tone: 'failed', word: 'Fault' },
  unreachable: { tone: 'offline', word: 'Unreachable' },
  updating: { tone: 'running', word: 'Updating' },
  missing: { tone: 'failed', word: 'Missing' },
};

export const RELEASE_STATUS: Record<string, StatusWord> = {
  draft: { tone: 'offline', word: 'Draft' },
  released: { tone: 'done', word: 'Released' },
  withdrawn: { tone: 'failed', word: 'Withdrawn' },
};
