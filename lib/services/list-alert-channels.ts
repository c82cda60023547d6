import { z } from 'zod';
import { defineService } from './define-service.ts';

/** All alert channels without their secrets, by name. */
export const listAlertChannels = defineService({
  action: 'settings.read',
  input: z.object({}),
  async run(ctx) {
    const channels = await ctx.db.prisma.alertChannel.findMany({ orderBy: [{ name: 'asc' }, { id: 'asc' }] });
    return channels.map(({ secret, ...channel }) => ({ ...channel, signed: secret !== null }));
  },
});
