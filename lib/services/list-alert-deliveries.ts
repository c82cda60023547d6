import { z } from 'zod';
import { defineService } from './define-service.ts';

/** The log of alert deliveries, newest first, by keyset on `before`. */
export const listAlertDeliveries = defineService({
  action: 'settings.read',
  input: z.object({
    channelId: z.string().optional(),
    before: z.coerce.bigint().optional(),
    limit: z.int().min(1).max(500).default(100),
  }),
  async run(ctx, { channelId, before, limit }) {
    const rows = await ctx.db.prisma.alertDelivery.findMany({
      where: {
        ...(channelId === undefined ? {} : { channelId }),
        ...(before === undefined ? {} : { id: { lt: before } }),
      },
      orderBy: { id: 'desc' },
      take: limit + 1,
      include: { channel: { select: { name: true, kind: true, target: true } } },
    });
    const deliveries = rows.slice(0, limit);
    return { deliveries, next: rows.length > limit ? (deliveries.at(-1)?.id ?? null) : null };
  },
});
