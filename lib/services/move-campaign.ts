import { ENGINE_CHANNEL } from '#lib/db/engine/campaigns.ts';
import type { Campaign, Wave } from '#lib/db/generated/client.ts';
import { Prisma } from '#lib/db/generated/client.ts';
import {
  type CampaignEffect,
  type CampaignEvent,
  type CampaignRefusal,
  decideCampaign,
} from '#lib/domain/campaign.ts';
import { CampaignDefinition, CampaignKind } from '#lib/domain/campaign-definition.ts';
import { PauseCause } from '#lib/domain/pause-cause.ts';
import { CampaignState } from '#lib/domain/states.ts';
import { ConflictError, NotFoundError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import type { ServiceContext } from './context.ts';

export type StoredCampaign = Campaign & { waves: Wave[] };

/** Locks and loads a campaign for the rest of the transaction; throws a `NotFoundError`. */
export async function loadCampaignForChange(
  tx: Prisma.TransactionClient,
  campaignId: string,
): Promise<StoredCampaign> {
  await tx.$queryRaw`SELECT 1 FROM campaigns WHERE id = ${campaignId} FOR UPDATE`;
  const campaign = await tx.campaign.findUnique({
    where: { id: campaignId },
    include: { waves: { orderBy: { number: 'asc' } } },
  });
  if (!campaign) throw new NotFoundError(`There is no campaign ${campaignId}.`, { campaignId });
  return campaign;
}

/** Wakes the engines of all workers when the transaction commits. */
export async function wakeEngine(tx: Prisma.TransactionClient, about: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${ENGINE_CHANNEL}, ${about})`;
}

/** The definition of a stored campaign. */
export function definitionOfCampaign(campaign: Pick<Campaign, 'definition'>): CampaignDefinition {
  return CampaignDefinition.parse(campaign.definition);
}

export type CampaignMove = {
  event: CampaignEvent;
  /** Name of the deed in the audit log, e.g. `campaign.pause`. */
  action: string;
  /** What the audit row says beyond the states. */
  note?: Record<string, unknown> | undefined;
};

/**
 * Moves a locked campaign by the pure machine and stores what follows: state, plan, sweep over its assignments,
 * voided approvals, audit row, hint. Throws a `ConflictError` whose code is the refusal.
 */
export async function moveCampaign(
  tx: Prisma.TransactionClient,
  ctx: Pick<ServiceContext, 'actor' | 'now'>,
  campaign: StoredCampaign,
  { event, action, note }: CampaignMove,
): Promise<CampaignState> {
  const now = ctx.now();
  const definition = definitionOfCampaign(campaign);
  const cause = PauseCause.safeParse(campaign.pauseCause);
  const decision = decideCampaign(
    {
      state: CampaignState.parse(campaign.state),
      kind: CampaignKind.parse(campaign.kind),
      requiredApprovals: definition.requiredApprovals,
      pauseCause: cause.success ? cause.data : null,
      startAt: campaign.startAt,
      endAt: campaign.endAt,
    },
    event,
    definition.schedule.endBehaviour,
    now,
  );
  if (decision.kind === 'refused') throw refusalOf(campaign, event, decision.reason);

  const { state, pauseCause, effects } = decision;
  await tx.campaign.update({
    where: { id: campaign.id },
    data: {
      state,
      pauseCause: pauseCause ?? Prisma.DbNull,
      ...instantsOf(campaign, state, now),
      ...sweepOf(campaign, state, effects),
      ...(effects.some(({ kind }) => kind === 'plan') && {
        planState: 'planning',
        planCursor: null,
        plannedCount: 0,
      }),
      updatedAt: now,
    },
  });
  if (effects.some(({ kind }) => kind === 'voidApprovals')) await voidApprovals(tx, campaign.id, now);
  await recordAudit(tx, {
    actor: ctx.actor,
    at: now,
    action,
    subject: { type: 'campaign', id: campaign.id },
    before: { state: campaign.state },
    after: { state, ...(pauseCause && { pauseCause }), ...note },
  });
  await announceChange(tx, 'campaign');
  await wakeEngine(tx, campaign.id);
  return state;
}

/** Approvals given so far are worth nothing any more. */
export async function voidApprovals(
  tx: Prisma.TransactionClient,
  campaignId: string,
  now: Date,
): Promise<void> {
  await tx.approval.updateMany({ where: { campaignId, voidedAt: null }, data: { voidedAt: now } });
}

function instantsOf(campaign: Campaign, state: CampaignState, now: Date) {
  switch (state) {
    case 'running':
      return { startedAt: campaign.startedAt ?? now };
    case 'paused':
      return { pausedAt: now };
    case 'completed':
    case 'aborted':
      return { finishedAt: now };
    default:
      return {};
  }
}

/** What every assignment is to be told of the move; the engine does so in chunks. */
function sweepOf(campaign: Campaign, state: CampaignState, effects: readonly CampaignEffect[]) {
  const ending = effects.find((effect) => effect.kind === 'endAssignments');
  if (ending) {
    const sweep = state === 'aborted' ? 'abort' : 'end';
    return { sweep, sweepCursor: null, abortMode: ending.behaviour };
  }
  if (state === 'paused') return { sweep: 'pause', sweepCursor: null };
  if (state === 'running' && campaign.state === 'paused') return { sweep: 'resume', sweepCursor: null };
  return {};
}

const SENTENCES: Readonly<Record<CampaignRefusal, string>> = {
  wrong_state: 'its state does not allow this now',
  not_due: 'its start has not come yet',
  already_over: 'its end has passed',
  failures_not_acknowledged: 'it was paused automatically: acknowledge the failures first',
  continuous_never_completes: 'a continuous campaign runs until it is ended',
};

function refusalOf(campaign: Campaign, event: CampaignEvent, reason: CampaignRefusal): ConflictError {
  return new ConflictError(
    `The campaign “${campaign.name}” (${campaign.state}) was not changed: ${SENTENCES[reason]}.`,
    { campaignId: campaign.id, state: campaign.state, event: event.kind, reason },
    reason,
  );
}
