import { randomUUID } from 'node:crypto';
import type { Prisma } from '#lib/db/generated/client.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { CampaignDraft, columnsOf, storeParts } from './campaign-draft.ts';
import type { ServiceContext } from './context.ts';
import { defineService } from './define-service.ts';

/** Creates a campaign as a draft. */
export const createCampaign = defineService({
  action: 'campaign.write',
  input: CampaignDraft,
  run: (ctx, definition) => ctx.db.prisma.$transaction((tx) => storeNewDraft(tx, ctx, definition)),
});

/** Stores a new draft with its parts and its audit row. */
export async function storeNewDraft(
  tx: Prisma.TransactionClient,
  ctx: ServiceContext,
  definition: CampaignDraft,
  origin: { parentId?: string; action?: string; note?: Record<string, unknown> } = {},
): Promise<{ campaignId: string; revision: number }> {
  const id = randomUUID();
  const now = ctx.now();
  await tx.campaign.create({
    data: {
      id,
      ...columnsOf(definition),
      parentId: origin.parentId ?? null,
      createdAt: now,
      createdBy: ctx.actor.kind === 'user' ? ctx.actor.id : ctx.actor.name,
      createdByName: ctx.actor.name,
    },
  });
  await storeParts(tx, id, definition);
  await recordAudit(tx, {
    actor: ctx.actor,
    at: now,
    action: origin.action ?? 'campaign.create',
    subject: { type: 'campaign', id },
    after: { definition, ...(origin.parentId && { parentId: origin.parentId }), ...origin.note },
  });
  await announceChange(tx, 'campaign');
  return { campaignId: id, revision: 1 };
}
