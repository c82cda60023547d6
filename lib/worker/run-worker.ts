import { hostname } from 'node:os';
import { openDatabase } from '#lib/db/client.ts';
import { startHeartbeat } from '#lib/db/heartbeat.ts';
import { ConfigError } from '#lib/errors.ts';
import type { ProcessContext, RunningProcess } from '#lib/process.ts';
import { type ActiveWorker, activateWorker, type EngineStart, loginOf } from './active-worker.ts';
import type { AssignmentPort } from './inbound/assignment-port.ts';
import { negotiateVersion, probeSharing } from './mqtt.ts';
import { adoptOrphans, noteSession } from './orphans.ts';
import { MAX_SLOTS, openSlotLocks } from './slots.ts';

const standbyMs = 300;

export type WorkerParts = { port: AssignmentPort; startEngine: EngineStart };

/**
 * A worker's life: it waits for a slot, works while it holds it, and steps back when it is lost. Where shared
 * subscriptions work every worker has a slot of its own; elsewhere there is one slot and the others stand by.
 */
export async function runWorker(
  { config, log }: ProcessContext,
  parts: WorkerParts,
): Promise<RunningProcess> {
  const db = openDatabase(config.databaseUrl, {
    max: config.database.pool,
    name: 'roadcast-worker',
    pipeline: true,
    onError: (error) => log.debug({ err: error }, 'database connection'),
  });
  await db.pool.query('SELECT 1').catch((error: Error) => {
    throw new ConfigError('DATABASE_URL', `The database of DATABASE_URL does not answer: ${error.message}`);
  });
  const login = loginOf(config);
  const version = await negotiateVersion(login);
  const topic = `${config.topics.otaControl}/probe-${process.pid}-${Date.now()}`;
  const shared = await probeSharing(login, version, topic, config.mqtt.shareGroup);

  let active: { worker: ActiveWorker; orphans: { stop(): Promise<void> } | undefined } | undefined;
  let activating = false;
  let stopped = false;
  const locks = openSlotLocks(config.databaseUrl, log, () => log.warn('the worker slot is lost'));

  const takeSlot = async (): Promise<number | undefined> => {
    const wanted = active
      ? [active.worker.slot]
      : Array.from({ length: shared ? MAX_SLOTS : 1 }, (_, slot) => slot);
    for (const slot of wanted) if (await locks.tryTake(slot)) return slot;
    return undefined;
  };
  const activate = async (slot: number) => {
    activating = true;
    if (shared) await noteSession(db.pool, slot);
    const worker = await activateWorker({ ...parts, config, db, log, slot, version, shared });
    active = {
      worker,
      orphans: shared ? adoptOrphans({ pool: db.pool, locks, worker, config, log }) : undefined,
    };
    activating = false;
    log.info({ slot, shared, mqtt: version === 5 ? '5' : '3.1.1' }, 'working');
  };
  const deactivate = async () => {
    const last = active;
    active = undefined;
    await last?.orphans?.stop();
    await last?.worker.stop();
  };
  /** One look at the slot: keep it, get it, or give way to who has it now. */
  const check = async () => {
    const slot = await takeSlot();
    if (stopped) return;
    if (slot !== undefined && !active) await activate(slot);
    else if (slot === undefined && active) {
      log.warn('another worker has taken over; standing by');
      await deactivate();
    }
  };
  let checking: Promise<void> = check();
  await checking;
  if (!active) log.info('standing by');
  const timer = setInterval(() => {
    checking = checking
      .then(() => (stopped ? undefined : check()))
      .catch((error) => {
        // Half a worker is none: the process ends, and its supervisor starts a whole one.
        if (activating) setImmediate(() => Promise.reject(error));
        else log.debug({ err: error }, 'the slot cannot be looked at; working on');
      });
  }, standbyMs);

  const details = () => ({
    state: active ? 'active' : 'standby',
    shared,
    mqtt: version === 5 ? '5' : '3.1.1',
    ...active?.worker.details(),
  });
  const stopHeartbeat = startHeartbeat(db.pool, 'worker', `${hostname()}:${process.pid}`, details, (error) =>
    log.debug({ err: error }, 'heartbeat'),
  );
  return {
    details,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await checking.catch(() => undefined);
      await deactivate();
      await stopHeartbeat();
      await locks.close();
      await db.close();
    },
  };
}
