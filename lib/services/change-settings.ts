import { z } from 'zod';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';
import { readSettings, Settings } from './settings.ts';

/** Without the defaults: what is absent must stay as it is. */
const shape = Settings.shape;
const Changes = z
  .strictObject({
    autoRegistration: shape.autoRegistration.unwrap(),
    quarantineRetentionDays: shape.quarantineRetentionDays.unwrap(),
    timelineRetentionDays: shape.timelineRetentionDays.unwrap(),
    directorDocumentRetentionDays: shape.directorDocumentRetentionDays.unwrap(),
    alertLogRetentionDays: shape.alertLogRetentionDays.unwrap(),
    stallMinutes: shape.stallMinutes.unwrap(),
  })
  .partial();

/** Changes the settings that are given; the others stay. Returns all of them. */
export const changeSettings = defineService({
  action: 'settings.write',
  input: Changes,
  run: (ctx, changes) =>
    ctx.db.prisma.$transaction(async (tx) => {
      const before = await readSettings(tx);
      const given = Object.entries(changes).filter(([, value]) => value !== undefined);
      for (const [key, value] of given) {
        const row = { value, updatedAt: ctx.now(), updatedBy: ctx.actor.name };
        await tx.setting.upsert({ where: { key }, create: { key, ...row }, update: row });
      }
      await recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'settings.change',
        subject: { type: 'settings', id: given.map(([key]) => key).join(', ') },
        before: Object.fromEntries(given.map(([key]) => [key, Reflect.get(before, key)])),
        after: Object.fromEntries(given),
      });
      await announceChange(tx, 'setting');
      return readSettings(tx);
    }),
});
