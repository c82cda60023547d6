import type { Pool } from 'pg';
import type { Config } from '#lib/config.ts';
import type { Log } from '#lib/log.ts';
import { type ActiveWorker, inboundFilters } from './active-worker.ts';
import type { SlotLocks } from './slots.ts';

const checkMs = 1_000;
/** A session is drained when it has brought nothing for this long. */
const quietMs = 2_000;

/** Notes that the broker keeps a session for this slot. */
export async function noteSession(pool: Pool, slot: number): Promise<void> {
  await pool.query('INSERT INTO worker_slots (slot, opened_at) VALUES ($1, now()) ON CONFLICT DO NOTHING', [
    slot,
  ]);
}

/**
 * Looks each second for slots whose worker is gone, connects in their name and drains what their sessions
 * hold: a message that a shared subscription gave to a worker never moves to another one by itself.
 */
export function adoptOrphans(options: {
  pool: Pool;
  locks: SlotLocks;
  worker: ActiveWorker;
  config: Config;
  log: Log;
}): { stop(): Promise<void> } {
  const { pool, locks, worker, config, log } = options;
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const check = async () => {
    const { rows } = await pool.query<{ slot: number }>(
      'SELECT slot FROM worker_slots WHERE slot <> $1 ORDER BY slot',
      [worker.slot],
    );
    for (const { slot } of rows) {
      if (stopping.signal.aborted || !(await locks.tryTake(slot))) continue;
      await drain(slot).finally(() => locks.release(slot));
    }
  };
  const drain = async (slot: number) => {
    const subscription = await worker.receiveAs(slot);
    log.info({ slot }, 'draining the session of a worker that is gone');
    await subscription.unsubscribe(inboundFilters(config, true));
    let quietSince = Date.now();
    subscription.client.on('packetreceive', ({ cmd }) => {
      if (cmd === 'publish') quietSince = Date.now();
    });
    while (!stopping.signal.aborted && (subscription.acks.held > 0 || Date.now() - quietSince < quietMs)) {
      await pause(100);
    }
    worker.forget(subscription);
    if (stopping.signal.aborted) {
      await subscription.leave();
      return;
    }
    await subscription.endSession();
    await pool.query('DELETE FROM worker_slots WHERE slot = $1', [slot]);
    log.info({ slot }, 'drained');
  };
  const timer = setInterval(() => {
    running = running
      .then(check)
      .catch((error) => log.warn({ err: error }, 'orphaned sessions were not looked at'));
  }, checkMs);

  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
