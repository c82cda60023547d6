import type { EngineCampaign } from '#lib/db/engine/campaigns.ts';
import { DISPATCHED_STATES } from '#lib/domain/states.ts';
import { announceChange } from '#lib/services/announce-change.ts';
import { raiseAlert } from '#lib/services/raise-alert.ts';
import { readSettings } from '#lib/services/settings.ts';
import type { EngineDeps } from './deps.ts';

/**
 * Marks running waves from whose offered vehicles nothing was heard for the minutes of the setting, and tells
 * people once; news takes the mark away.
 */
export async function watchForStalls(
  deps: EngineDeps,
  campaigns: readonly EngineCampaign[],
  now: Date,
): Promise<void> {
  const running = campaigns.filter(({ state, planState }) => state === 'running' && planState === 'planned');
  if (running.length === 0) return;
  const { prisma, pool } = deps.db;
  const { stallMinutes } = await readSettings(prisma);
  const before = new Date(now.getTime() - stallMinutes * 60_000);
  for (const { id, name } of running) {
    const { rows } = await pool.query<{ number: number; name: string; silent: boolean; marked: boolean }>(
      `SELECT w.number, w.name, w.stalled_at IS NOT NULL AS marked,
              w.started_at <= $2 AND NOT EXISTS (
                SELECT 1 FROM (SELECT at FROM timeline_events WHERE campaign_id = $1 ORDER BY id DESC LIMIT 1) AS t
                WHERE t.at > $2)
              AND EXISTS (SELECT 1 FROM assignment_counters c WHERE c.campaign_id = $1 AND c.wave = w.number
                          AND c.state = ANY ($3) GROUP BY c.wave HAVING sum(c.count) > 0) AS silent
       FROM waves w WHERE w.campaign_id = $1 AND w.state = 'running'`,
      [id, before, DISPATCHED_STATES],
    );
    for (const wave of rows.filter(({ silent, marked }) => silent && !marked)) {
      await prisma.$transaction(async (tx) => {
        await tx.wave.updateMany({
          where: { campaignId: id, number: wave.number, stalledAt: null },
          data: { stalledAt: now },
        });
        const text = `${name}, wave ${wave.name}: no vehicle has said anything for ${stallMinutes} minutes.`;
        const subject = `${name}, wave ${wave.name} stalled`;
        await raiseAlert(tx, 'campaign_stalled', { subject, body: { text, campaignId: id } }, now);
        await announceChange(tx, 'campaign');
      });
    }
    await pool.query(
      `UPDATE waves SET stalled_at = NULL WHERE campaign_id = $1 AND stalled_at IS NOT NULL AND EXISTS (
         SELECT 1 FROM (SELECT at FROM timeline_events WHERE campaign_id = $1 ORDER BY id DESC LIMIT 1) AS t
         WHERE t.at > stalled_at)`,
      [id],
    );
  }
}
