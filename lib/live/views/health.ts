import { z } from 'zod';
import { readHeartbeats } from '#lib/db/heartbeat.ts';
import { defineView } from '../view.ts';

export type ProcessAlive = {
  name: string;
  instance: string;
  ageMs: number;
  details: Record<string, unknown>;
};

/** Processes that say "alive", and the database's own figures. */
export const healthView = defineView({
  name: 'health',
  params: z.object({}),
  action: 'health.read',
  everyMs: 2_000,
  affectedBy: (hint) => hint.subjects.includes('health'),
  async load({ db }): Promise<{ processes: ProcessAlive[] }> {
    const beats = await readHeartbeats(db.pool);
    return {
      processes: beats.map(({ name, instance, ageMs, details }) => ({
        name,
        instance,
        ageMs: Math.round(ageMs / 1000) * 1000,
        details,
      })),
    };
  },
});
