import { z } from 'zod';
import { readHeartbeats } from '#lib/db/heartbeat.ts';
import { readOffersStop } from '#lib/db/queries/campaign-head.ts';
import { readHealthFigures } from '#lib/db/queries/health-figures.ts';
import { defineView } from '../view.ts';

export type ProcessAlive = {
  name: string;
  instance: string;
  startedAt: Date;
  ageMs: number;
  details: Record<string, unknown>;
};

/** Processes that say "alive", the database's own figures, queues, and the fleet-wide stop. */
export const healthView = defineView({
  name: 'health',
  params: z.object({}),
  action: 'health.read',
  everyMs: 2_000,
  leastMs: 1_000,
  affectedBy: (hint) => hint.subjects.includes('health') || hint.subjects.includes('setting'),
  async load({ db: { pool } }) {
    const begun = performance.now();
    const beats = await readHeartbeats(pool);
    const databaseMs = Math.round((performance.now() - begun) * 10) / 10;
    const [figures, offersStop] = await Promise.all([readHealthFigures(pool), readOffersStop(pool)]);
    return {
      processes: beats.map(
        ({ name, instance, startedAt, ageMs, details }): ProcessAlive => ({
          name,
          instance,
          startedAt,
          ageMs: Math.round(ageMs / 1000) * 1000,
          details,
        }),
      ),
      databaseMs,
      figures,
      offersStop,
    };
  },
});
