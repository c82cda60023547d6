import { z } from 'zod';
import { OFFERS_STOPPED } from '#lib/db/engine/campaigns.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import type { ServiceContext } from './context.ts';
import { defineService } from './define-service.ts';
import { wakeEngine } from './move-campaign.ts';
import { raiseAlert } from './raise-alert.ts';

/** The fleet-wide stop as it is stored. */
export const OffersStop = z.object({
  stopped: z.boolean(),
  by: z.string(),
  at: z.iso.datetime(),
  reason: z.string(),
});
export type OffersStop = z.infer<typeof OffersStop>;

/** Stops every offer of every campaign at once; what is under way in vehicles goes on. */
export const stopAllOffers = defineService({
  action: 'offers.stop',
  input: z.object({ reason: z.string().trim().min(1, 'say why').max(1000) }),
  run: (ctx, { reason }) => setOffersStop(ctx, true, reason),
});

/** Stores the stop or its undoing, with audit row and alert. */
export async function setOffersStop(
  ctx: ServiceContext,
  stopped: boolean,
  reason: string,
): Promise<OffersStop> {
  const now = ctx.now();
  const value: OffersStop = { stopped, by: ctx.actor.name, at: now.toISOString(), reason };
  return ctx.db.prisma.$transaction(async (tx) => {
    const before = await tx.setting.findUnique({ where: { key: OFFERS_STOPPED } });
    await tx.setting.upsert({
      where: { key: OFFERS_STOPPED },
      create: { key: OFFERS_STOPPED, value, updatedBy: ctx.actor.name },
      update: { value, updatedBy: ctx.actor.name },
    });
    await recordAudit(tx, {
      actor: ctx.actor,
      at: now,
      action: stopped ? 'offers.stop' : 'offers.allow',
      subject: { type: 'setting', id: OFFERS_STOPPED },
      before: before?.value,
      after: value,
    });
    const what = stopped ? 'All offers were stopped' : 'Offers are allowed again';
    await raiseAlert(
      tx,
      stopped ? 'offers_stopped' : 'offers_allowed',
      { subject: what, body: { text: `${what} by ${ctx.actor.name}: ${reason}` } },
      now,
    );
    await announceChange(tx, 'setting');
    await wakeEngine(tx, 'offers');
    return value;
  });
}
