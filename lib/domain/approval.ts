/** One decision of an approver; `digest` is the impact that was on the screen. */
export interface Approval {
  userId: string;
  /** `approve`, or else a denial. */
  decision: string;
  digest: string;
  /** When it was voided, as date or text; null where it holds. */
  voidedAt: Date | string | null;
}

export interface ApprovalRequest {
  /** Given so far, voided ones included. */
  approvals: readonly Approval[];
  /** How many different approvers must approve. */
  required: number;
  /** Who wrote, changed or submitted the campaign. */
  authorIds: readonly string[];
  /** Impact digest of the campaign as it is now. */
  digest: string;
}

export interface ProposedApproval {
  userId: string;
  decision: 'approve' | 'deny';
  /** Impact digest that the approver reviewed. */
  digest: string;
  comment: string;
}

export type ApprovalRefusal = 'own_campaign' | 'comment_missing' | 'impact_changed' | 'already_approved';

export type ApprovalDecision =
  /** One denial is enough. */
  | { kind: 'denied' }
  /** Recorded; `missing` more approvers must approve. */
  | { kind: 'counted'; approved: number; missing: number }
  /** The quorum is complete. */
  | { kind: 'approved'; approved: number }
  | { kind: 'refused'; reason: ApprovalRefusal };

/** Approvers whose approval holds for this digest; each counts once, an author never. */
export function validApprovers(request: Omit<ApprovalRequest, 'required'>): Set<string> {
  const valid = request.approvals.filter(
    ({ decision, digest, voidedAt, userId }) =>
      decision === 'approve' &&
      voidedAt === null &&
      digest === request.digest &&
      !request.authorIds.includes(userId),
  );
  return new Set(valid.map(({ userId }) => userId));
}

/**
 * Why this person may not decide at all, whatever they say: it is theirs, or they have approved it as it is. One rule
 * for what the screen offers and what the service refuses.
 */
export function approverRefusal(
  request: Omit<ApprovalRequest, 'required'>,
  userId: string,
): 'own_campaign' | 'already_approved' | undefined {
  if (request.authorIds.includes(userId)) return 'own_campaign';
  return validApprovers(request).has(userId) ? 'already_approved' : undefined;
}

/**
 * Decides an approval: never by one of its authors, never without a comment, only for the impact as it is now. What was
 * approved under another digest does not count.
 */
export function decideApproval(request: ApprovalRequest, proposed: ProposedApproval): ApprovalDecision {
  const refusal = approverRefusal(request, proposed.userId);
  if (refusal === 'own_campaign') return { kind: 'refused', reason: refusal };
  if (proposed.comment.trim() === '') return { kind: 'refused', reason: 'comment_missing' };
  if (proposed.digest !== request.digest) return { kind: 'refused', reason: 'impact_changed' };
  if (proposed.decision === 'deny') return { kind: 'denied' };
  if (refusal) return { kind: 'refused', reason: refusal };
  const approved = validApprovers(request).size + 1;
  if (approved >= request.required) return { kind: 'approved', approved };
  return { kind: 'counted', approved, missing: request.required - approved };
}
