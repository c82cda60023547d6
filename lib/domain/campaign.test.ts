import { describe, expect, it } from 'vitest';
import { type CampaignEvent, type CampaignSnapshot, decideCampaign } from './campaign.ts';
import { CampaignState } from './states.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const CAUSE = { kind: 'error_threshold', failed: 12, finished: 80, rate: 0.15, threshold: 0.1 } as const;

function campaign(state: CampaignState, more: Partial<CampaignSnapshot> = {}): CampaignSnapshot {
  return {
    state,
    kind: 'static',
    requiredApprovals: 1,
    pauseCause: state === 'paused' ? { kind: 'person', name: 'Ada' } : null,
    startAt: NOW,
    endAt: null,
    ...more,
  };
}

const TABLE: [CampaignEvent, Partial<Record<CampaignState, CampaignState>>][] = [
  [{ kind: 'submit' }, { draft: 'awaiting_approval' }],
  [{ kind: 'approve' }, { awaiting_approval: 'scheduled' }],
  [{ kind: 'deny' }, { awaiting_approval: 'draft', scheduled: 'draft' }],
  [{ kind: 'edit' }, { draft: 'draft', awaiting_approval: 'draft', scheduled: 'draft' }],
  [{ kind: 'scheduleDue' }, { scheduled: 'running' }],
  [{ kind: 'start' }, { scheduled: 'running' }],
  [{ kind: 'pause', name: 'Ada' }, { running: 'paused' }],
  [{ kind: 'autoPause', cause: CAUSE }, { running: 'paused' }],
  [{ kind: 'resume', failuresAcknowledged: false }, { paused: 'running' }],
  [
    { kind: 'abort', mode: 'cancel_all' },
    { awaiting_approval: 'aborted', scheduled: 'aborted', running: 'aborted', paused: 'aborted' },
  ],
  [{ kind: 'ended' }, { scheduled: 'aborted', running: 'completed', paused: 'completed' }],
  [{ kind: 'allFinished' }, { running: 'completed' }],
];

describe('campaign: every state × event', () => {
  for (const [event, moves] of TABLE) {
    it.each(CampaignState.options)(`${event.kind} in %s`, (state) => {
      const decision = decideCampaign(campaign(state), event, 'cancel_not_begun', NOW);
      const expected = moves[state];
      if (expected) expect(decision).toMatchObject({ kind: 'moved', state: expected });
      else expect(decision).toEqual({ kind: 'refused', reason: 'wrong_state' });
    });
  }
});

describe('campaign: rulings', () => {
  const decide = (snapshot: CampaignSnapshot, event: CampaignEvent) =>
    decideCampaign(snapshot, event, 'stop_offering', NOW);

  it('needs no approval where none is required', () => {
    expect(decide(campaign('draft', { requiredApprovals: 0 }), { kind: 'submit' })).toMatchObject({
      state: 'scheduled',
    });
  });

  it('voids approvals by an edit', () => {
    expect(decide(campaign('scheduled'), { kind: 'edit' })).toMatchObject({
      effects: [{ kind: 'voidApprovals' }],
    });
  });

  it('begins by the clock only when it is due, by a person at any time', () => {
    const later = campaign('scheduled', { startAt: new Date(NOW.getTime() + 1) });
    expect(decide(later, { kind: 'scheduleDue' })).toEqual({ kind: 'refused', reason: 'not_due' });
    expect(decide(campaign('scheduled', { startAt: null }), { kind: 'scheduleDue' })).toEqual({
      kind: 'refused',
      reason: 'not_due',
    });
    expect(decide(later, { kind: 'start' })).toMatchObject({ state: 'running', effects: [{ kind: 'plan' }] });
  });

  it('keeps the cause of a pause and asks to acknowledge it', () => {
    expect(decide(campaign('running'), { kind: 'autoPause', cause: CAUSE })).toMatchObject({
      pauseCause: CAUSE,
    });
    const paused = campaign('paused', { pauseCause: CAUSE });
    expect(decide(paused, { kind: 'resume', failuresAcknowledged: false })).toEqual({
      kind: 'refused',
      reason: 'failures_not_acknowledged',
    });
    expect(decide(paused, { kind: 'resume', failuresAcknowledged: true })).toMatchObject({
      state: 'running',
      pauseCause: null,
    });
  });

  it('never begins, resumes or is submitted after its end', () => {
    for (const [state, event] of [
      ['draft', { kind: 'submit' }],
      ['scheduled', { kind: 'start' }],
      ['paused', { kind: 'resume', failuresAcknowledged: true }],
    ] as const) {
      expect(decide(campaign(state, { endAt: NOW }), event)).toEqual({
        kind: 'refused',
        reason: 'already_over',
      });
    }
  });

  it('never completes by itself where vehicles may still join', () => {
    expect(decide(campaign('running', { kind: 'continuous' }), { kind: 'allFinished' })).toEqual({
      kind: 'refused',
      reason: 'continuous_never_completes',
    });
    expect(decide(campaign('running', { kind: 'continuous' }), { kind: 'ended' })).toMatchObject({
      state: 'completed',
    });
  });

  it('hands the chosen behaviour to the vehicles', () => {
    expect(decide(campaign('running'), { kind: 'abort', mode: 'cancel_all' })).toMatchObject({
      effects: [{ kind: 'endAssignments', behaviour: 'cancel_all' }],
    });
    expect(decide(campaign('running'), { kind: 'ended' })).toMatchObject({
      effects: [{ kind: 'endAssignments', behaviour: 'stop_offering' }],
    });
  });
});
