import type { CampaignDefinition, CampaignKind, EndBehaviour } from './campaign-definition.ts';
import { isAutomatic, type PauseCause } from './pause-cause.ts';
import type { CampaignState } from './states.ts';

/** What of a campaign decides its next state. */
export interface CampaignSnapshot {
  state: CampaignState;
  kind: CampaignKind;
  requiredApprovals: number;
  /** Only while paused. */
  pauseCause: PauseCause | null;
  startAt: Date | null;
  endAt: Date | null;
}

export type CampaignEvent =
  | { kind: 'submit' }
  /** The approval that completed the quorum; see `decideApproval`. */
  | { kind: 'approve' }
  | { kind: 'deny' }
  /** Its definition changed. */
  | { kind: 'edit' }
  | { kind: 'scheduleDue' }
  | { kind: 'start' }
  | { kind: 'pause'; name: string; comment?: string | undefined }
  | { kind: 'autoPause'; cause: PauseCause }
  | { kind: 'resume'; failuresAcknowledged: boolean }
  /** `mode`: what happens to vehicles under way. */
  | { kind: 'abort'; mode: EndBehaviour }
  | { kind: 'ended' }
  | { kind: 'allFinished' };

export type CampaignRefusal =
  | 'wrong_state'
  | 'not_due'
  | 'already_over'
  | 'failures_not_acknowledged'
  | 'continuous_never_completes';

export type CampaignEffect =
  /** Approvals given so far are worth nothing any more. */
  | { kind: 'voidApprovals' }
  | { kind: 'plan' }
  /** Apply this behaviour to every assignment that is not settled. */
  | { kind: 'endAssignments'; behaviour: EndBehaviour };

export type CampaignDecision =
  | { kind: 'moved'; state: CampaignState; pauseCause: PauseCause | null; effects: CampaignEffect[] }
  | { kind: 'refused'; reason: CampaignRefusal };

function to(state: CampaignState, ...effects: CampaignEffect[]): CampaignDecision {
  return { kind: 'moved', state, pauseCause: null, effects };
}

function refuse(reason: CampaignRefusal): CampaignDecision {
  return { kind: 'refused', reason };
}

function pausedBy({ name, comment }: Extract<CampaignEvent, { kind: 'pause' }>): PauseCause {
  return comment ? { kind: 'person', name, comment } : { kind: 'person', name };
}

function isOver(campaign: CampaignSnapshot, now: Date): boolean {
  return campaign.endAt !== null && campaign.endAt <= now;
}

function decideResume(
  campaign: CampaignSnapshot,
  failuresAcknowledged: boolean,
  now: Date,
): CampaignDecision {
  if (isOver(campaign, now)) return refuse('already_over');
  const automatic = campaign.pauseCause !== null && isAutomatic(campaign.pauseCause);
  return automatic && !failuresAcknowledged ? refuse('failures_not_acknowledged') : to('running');
}

function decideBegin(
  campaign: CampaignSnapshot,
  event: 'start' | 'scheduleDue',
  now: Date,
): CampaignDecision {
  if (isOver(campaign, now)) return refuse('already_over');
  // A person's start overrules the planned instant; the clock alone must wait for it.
  if (event === 'scheduleDue' && (campaign.startAt === null || campaign.startAt > now))
    return refuse('not_due');
  return to('running', { kind: 'plan' });
}

/** Which states an event is possible in at all; what it does there is decided below. */
const POSSIBLE_IN: Readonly<Record<CampaignEvent['kind'], readonly CampaignState[]>> = {
  submit: ['draft'],
  approve: ['awaiting_approval'],
  deny: ['awaiting_approval', 'scheduled'],
  edit: ['draft', 'awaiting_approval', 'scheduled'],
  scheduleDue: ['scheduled'],
  start: ['scheduled'],
  pause: ['running'],
  autoPause: ['running'],
  resume: ['paused'],
  abort: ['awaiting_approval', 'scheduled', 'running', 'paused'],
  ended: ['scheduled', 'running', 'paused'],
  allFinished: ['running'],
};

/** States of a campaign in which an event is possible; for buttons and for bulk actions. */
export function possibleIn(event: CampaignEvent['kind']): readonly CampaignState[] {
  return POSSIBLE_IN[event];
}

/**
 * Decides what an event does to a campaign: draft → awaiting_approval → scheduled → running ⇄ paused →
 * completed | aborted. A completed or aborted campaign never moves again.
 */
export function decideCampaign(
  campaign: CampaignSnapshot,
  event: CampaignEvent,
  endBehaviour: CampaignDefinition['schedule']['endBehaviour'],
  now: Date,
): CampaignDecision {
  if (!POSSIBLE_IN[event.kind].includes(campaign.state)) return refuse('wrong_state');
  switch (event.kind) {
    case 'submit':
      return isOver(campaign, now)
        ? refuse('already_over')
        : to(campaign.requiredApprovals > 0 ? 'awaiting_approval' : 'scheduled');
    case 'approve':
      return to('scheduled');
    case 'deny':
    case 'edit':
      return campaign.state === 'draft' ? to('draft') : to('draft', { kind: 'voidApprovals' });
    case 'scheduleDue':
    case 'start':
      return decideBegin(campaign, event.kind, now);
    case 'pause':
      return { kind: 'moved', state: 'paused', pauseCause: pausedBy(event), effects: [] };
    case 'autoPause':
      return { kind: 'moved', state: 'paused', pauseCause: event.cause, effects: [] };
    case 'resume':
      return decideResume(campaign, event.failuresAcknowledged, now);
    case 'abort':
      return to('aborted', { kind: 'endAssignments', behaviour: event.mode });
    case 'ended':
      // Never begun: nothing was completed.
      if (campaign.state === 'scheduled')
        return to('aborted', { kind: 'endAssignments', behaviour: 'cancel_all' });
      return to('completed', { kind: 'endAssignments', behaviour: endBehaviour });
    case 'allFinished':
      return campaign.kind === 'continuous' ? refuse('continuous_never_completes') : to('completed');
  }
}
