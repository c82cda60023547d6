import type { PrismaClient } from '../generated/client.ts';

/** One decision of an approver; a voided one counts no more. */
export type ApprovalRow = {
  id: string;
  userId: string;
  userName: string;
  decision: string;
  comment: string;
  at: Date;
  digest: string;
  revision: number;
  voidedAt: Date | null;
};

export type ApprovalRequestRow = {
  id: string;
  name: string;
  state: string;
  revision: number;
  createdBy: string;
  createdByName: string;
  /** When it was last changed: while it awaits approval, when it was submitted. */
  updatedAt: Date;
  definition: unknown;
  impactDigest: string | null;
  reviewedImpact: unknown;
  approvals: ApprovalRow[];
};

const SELECT = {
  id: true,
  name: true,
  state: true,
  revision: true,
  createdBy: true,
  createdByName: true,
  updatedAt: true,
  definition: true,
  impactDigest: true,
  reviewedImpact: true,
  approvals: {
    orderBy: { at: 'desc' },
    select: {
      id: true,
      userId: true,
      userName: true,
      decision: true,
      comment: true,
      at: true,
      digest: true,
      revision: true,
      voidedAt: true,
    },
  },
} as const;

/** Deeds by which a person has a hand in what is approved. */
const AUTHORED = [
  'campaign.create',
  'campaign.duplicate',
  'campaign.retry_cluster',
  'campaign.edit',
  'campaign.submit',
];

/** Who made, changed or submitted these campaigns; of each its creator first. */
export async function readAuthors(
  prisma: Pick<PrismaClient, 'auditEntry'>,
  campaigns: readonly { id: string; createdBy: string }[],
): Promise<Map<string, string[]>> {
  const deeds = await prisma.auditEntry.findMany({
    where: {
      subjectType: 'campaign',
      subjectId: { in: campaigns.map(({ id }) => id) },
      action: { in: AUTHORED },
      actorId: { not: null },
    },
    distinct: ['subjectId', 'actorId'],
    select: { subjectId: true, actorId: true },
  });
  return new Map(
    campaigns.map(({ id, createdBy }) => {
      const others = deeds.flatMap((deed) => (deed.subjectId === id ? (deed.actorId ?? []) : []));
      return [id, [...new Set([createdBy, ...others])]];
    }),
  );
}

/** Campaigns that await approval, those that wait longest first. */
export function listAwaitingApproval(prisma: PrismaClient): Promise<ApprovalRequestRow[]> {
  return prisma.campaign.findMany({
    where: { state: 'awaiting_approval' },
    orderBy: [{ updatedAt: 'asc' }, { id: 'asc' }],
    take: 200,
    select: SELECT,
  });
}

/** One campaign as its approvers see it, with every decision ever made on it; null where there is none. */
export function readApprovalRequest(prisma: PrismaClient, id: string): Promise<ApprovalRequestRow | null> {
  return prisma.campaign.findUnique({ where: { id }, select: SELECT });
}

/** The latest decisions on all campaigns. */
export function listApprovalDecisions(
  prisma: PrismaClient,
  limit: number,
): Promise<(ApprovalRow & { campaign: { id: string; name: string } })[]> {
  return prisma.approval.findMany({
    orderBy: [{ at: 'desc' }, { id: 'asc' }],
    take: limit,
    select: { ...SELECT.approvals.select, campaign: { select: { id: true, name: true } } },
  });
}

/** A campaign's definition as it stood at an instant, where it was changed since; null where it was not. */
export async function readDefinitionAt(prisma: PrismaClient, campaignId: string, at: Date): Promise<unknown> {
  const edit = await prisma.auditEntry.findFirst({
    where: { subjectType: 'campaign', subjectId: campaignId, action: 'campaign.edit', at: { gt: at } },
    orderBy: { sequence: 'asc' },
    select: { before: true },
  });
  const before = edit?.before;
  return before && typeof before === 'object' && 'definition' in before ? before.definition : null;
}
