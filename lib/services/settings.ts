import { z } from 'zod';
import type { Prisma, PrismaClient } from '#lib/db/generated/client.ts';

const Days = z.int().min(1).max(36_500);

/** Every setting with its meaning and its default; each is one row of `settings`, absent until changed. */
export const Settings = z.object({
  /** A TCU with an unknown VIN registers itself; such vehicles are ineligible until completed. */
  autoRegistration: z.boolean().default(false),
  /** Days after which closed quarantine rows and their bytes go. */
  quarantineRetentionDays: Days.default(90),
  /** Days for which vehicles' timelines are kept. */
  timelineRetentionDays: Days.default(3_650),
  /** Days for which signed Director documents are kept as evidence. */
  directorDocumentRetentionDays: Days.default(3_650),
  /** Days for which the log of alert deliveries is kept. */
  alertLogRetentionDays: Days.default(365),
  /** Minutes without news after which a running wave counts as stalled. */
  stallMinutes: z.int().min(1).max(10_080).default(60),
});
export type Settings = z.infer<typeof Settings>;

/** Reads all settings; those that were never changed have their default. */
export async function readSettings(db: PrismaClient | Prisma.TransactionClient): Promise<Settings> {
  const keys = Object.keys(Settings.shape);
  const rows = await db.setting.findMany({ where: { key: { in: keys } } });
  return Settings.parse(Object.fromEntries(rows.map(({ key, value }) => [key, value])));
}
