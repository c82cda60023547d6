import pg from 'pg';
import type { Log } from '#lib/log.ts';

/** First key of the two-part advisory lock; the second is the slot. */
const LOCK_SPACE = 720_311;
export const MAX_SLOTS = 64;

/** MQTT client id of the worker that owns this slot. */
export function clientIdOf(slot: number): string {
  return `roadcast-worker-${slot}`;
}

export type SlotLocks = ReturnType<typeof openSlotLocks>;

/**
 * Advisory locks on worker slots, held by one connection: when the process dies, Postgres lets them go at
 * once. `onLost` is told when the connection breaks; the locks are gone then.
 */
export function openSlotLocks(databaseUrl: string, log: Log, onLost: () => void) {
  let client: pg.Client | undefined;
  const held = new Set<number>();

  const connection = async (): Promise<pg.Client> => {
    if (client) return client;
    const fresh = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'roadcast-worker-slot',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    fresh.on('error', (error) => log.debug({ err: error }, 'slot lock connection'));
    fresh.on('end', () => {
      if (client !== fresh) return;
      client = undefined;
      const lost = held.size > 0;
      held.clear();
      if (lost) onLost();
    });
    await fresh.connect();
    client = fresh;
    return fresh;
  };

  return {
    /** Takes the slot if nobody has it. */
    async tryTake(slot: number): Promise<boolean> {
      if (held.has(slot)) return true;
      const result = await (await connection()).query<{ taken: boolean }>(
        'SELECT pg_try_advisory_lock($1, $2) AS taken',
        [LOCK_SPACE, slot],
      );
      const taken = result.rows[0]?.taken === true;
      if (taken) held.add(slot);
      return taken;
    },
    async release(slot: number): Promise<void> {
      if (!held.delete(slot)) return;
      await (await connection()).query('SELECT pg_advisory_unlock($1, $2)', [LOCK_SPACE, slot]);
    },
    holds: (slot: number) => held.has(slot),
    async close(): Promise<void> {
      held.clear();
      const last = client;
      client = undefined;
      await last?.end();
    },
  };
}
