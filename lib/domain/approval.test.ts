import { describe, expect, it } from 'vitest';
import { type Approval, decideApproval, type ProposedApproval } from './approval.ts';

function given(userId: string, more: Partial<Approval> = {}): Approval {
  return { userId, decision: 'approve', digest: 'd1', voidedAt: null, ...more };
}

function propose(more: Partial<ProposedApproval> = {}): ProposedApproval {
  return { userId: 'carol', decision: 'approve', digest: 'd1', comment: 'dry run looks right', ...more };
}

function decide(proposed: ProposedApproval, approvals: Approval[] = [], required = 2) {
  return decideApproval({ approvals, required, authorIds: ['ada'], digest: 'd1' }, proposed);
}

describe('approval', () => {
  it('counts up to the quorum', () => {
    expect(decide(propose())).toEqual({ kind: 'counted', approved: 1, missing: 1 });
    expect(decide(propose(), [given('bob')])).toEqual({ kind: 'approved', approved: 2 });
  });

  it.each([
    ['own_campaign', propose({ userId: 'ada' })],
    ['own_campaign', propose({ userId: 'ada', decision: 'deny' })],
    ['comment_missing', propose({ comment: '  ' })],
    ['impact_changed', propose({ digest: 'd0' })],
  ])('refuses: %s', (reason, proposed) => {
    expect(decide(proposed)).toEqual({ kind: 'refused', reason });
  });

  it('counts nobody twice, nor what was voided, denied, of another impact, or the author’s own', () => {
    expect(decide(propose(), [given('carol')])).toEqual({ kind: 'refused', reason: 'already_approved' });
    const worthless = [
      given('bob', { voidedAt: new Date(0) }),
      given('dan', { digest: 'd0' }),
      given('eve', { decision: 'deny' }),
      given('ada'),
    ];
    expect(decide(propose(), worthless)).toEqual({ kind: 'counted', approved: 1, missing: 1 });
    expect(decide(propose(), [given('carol', { digest: 'd0' })])).toMatchObject({ kind: 'counted' });
  });

  it('ends by one denial', () => {
    expect(decide(propose({ decision: 'deny' }), [given('bob')])).toEqual({ kind: 'denied' });
  });
});
