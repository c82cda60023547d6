import { z } from 'zod';
import { ConflictError } from '#lib/errors.ts';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';
import { loadCampaignForChange, wakeEngine } from './move-campaign.ts';

/**
 * Opens the way to the next wave by hand: the wave that waits for a person, or whose gate cannot be met any more,
 * is finished. `wave` is the number of the wave that is to begin, so that two clicks open one.
 */
export const openNextWave = defineService({
  action: 'campaign.start',
  input: z.object({
    campaignId: z.string().min(1),
    wave: z.int().min(1),
    comment: z.string().trim().max(1000).optional(),
  }),
  run: (ctx, { campaignId, wave, comment }) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const campaign = await loadCampaignForChange(tx, campaignId);
      const current = campaign.waves.find(({ number }) => number === wave - 1);
      const next = campaign.waves.find(({ number }) => number === wave);
      const mayOpen = campaign.state === 'running' && current !== undefined && next?.state === 'waiting';
      if (!mayOpen || current.state === 'waiting') {
        const message = `The wave ${next?.name ?? wave} of “${campaign.name}” cannot be opened now.`;
        throw new ConflictError(message, { campaignId, wave, state: campaign.state });
      }
      const now = ctx.now();
      await tx.wave.updateMany({
        where: { campaignId, number: { lt: wave }, state: { not: 'finished' } },
        data: { state: 'finished', finishedAt: now, openedBy: ctx.actor.name },
      });
      await recordAudit(tx, {
        actor: ctx.actor,
        at: now,
        action: 'campaign.open_wave',
        subject: { type: 'campaign', id: campaignId },
        before: { wave: current.number, state: current.state },
        after: { wave, name: next.name, comment },
      });
      await announceChange(tx, 'campaign');
      await wakeEngine(tx, campaignId);
      return { campaignId, wave };
    }),
});
