import type { Config } from '#lib/config.ts';
import type { Database } from '#lib/db/client.ts';
import { ENGINE_CHANNEL } from '#lib/db/engine/campaigns.ts';
import type { DueOffers } from '#lib/db/engine/dispatch-duties.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import { unpark } from '#lib/db/engine/unpark.ts';
import { openKeyring, writeVehicleKeys } from '#lib/keys/keyring.ts';
import { publishHints } from '#lib/live/hints.ts';
import type { Log } from '#lib/log.ts';
import { signPayloadUrl } from '#lib/payload/signed-url.ts';
import type { AppliedEvents } from '#lib/services/apply-assignment-events.ts';
import { createEngineCore } from './core.ts';
import { createAlertDeliverer } from './deliver-alerts.ts';
import type { EngineDeps } from './deps.ts';
import { queueVehicle } from './joining.ts';
import { openLeadership } from './leadership.ts';
import { startLoop } from './loop.ts';
import type { Publish } from './publish.ts';
import type { PublishOutcome } from './publish-claim.ts';
import { settleRetired } from './retired.ts';

/** Without anything to do every duty is looked at this often; offers and stops come by NOTIFY. */
const IDLE_MS = 1_000;
/** While the rate holds offers back. */
const HELD_MS = 200;
/** A worker that does not lead tells the leader at most this often that vehicles are queued for joining. */
const TELL_MS = 20;
const JOIN = 'join';
/** For so long campaigns and catalog are taken for what joining has read of them. */
const JOINED_MS = 200;
/** Who is queued wakes the loop, and the leader looks with its other duties. */
const JOIN_IDLE_MS = 5_000;
/** What waits is looked at this often, to be signed ahead. */
const AHEAD_IDLE_MS = 5_000;
const ALERTS_IDLE_MS = 5_000;
/** For how long a payload URL is good; the TCU asks for fresh ones beyond it. */
const URL_VALID_MS = 6 * 3_600_000;

export type EngineOptions = {
  db: Database;
  publish: Publish;
  config: Config;
  log: Log;
  slot: number;
  now?: () => Date;
};

export type Engine = {
  /** Something became due: looked at now, not at the next second. */
  wake(): void;
  /** Vehicles were queued for joining campaigns. */
  join(): void;
  details(): Record<string, unknown>;
  stop(): Promise<void>;
};

/** What the engine needs from the configuration. */
export async function engineDeps({ db, publish, config, log, slot }: EngineOptions): Promise<EngineDeps> {
  const keyring = await openKeyring(db.pool, config.secrets.keyring);
  await writeVehicleKeys(db.pool, config.dataDir);
  return {
    db,
    publish,
    log,
    keyring,
    slot,
    topics: config.topics,
    receipts: config.mqtt.embedded,
    payloadUrl: (vin, sha256, at) =>
      signPayloadUrl({
        baseUrl: config.payload.url,
        secret: config.secrets.payloadUrl,
        vin,
        sha256,
        expiresAt: new Date(at.getTime() + URL_VALID_MS),
      }),
  };
}

/** Starts the campaign engine of a worker: it dispatches, and leads while no other worker does. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { db, config, log } = options;
  const now = options.now ?? (() => new Date());
  const deps = await engineDeps(options);
  const core = createEngineCore(deps);
  const hints = publishHints(db.pool, (error) => log.debug({ err: error }, 'a hint was lost'));
  const alerts = createAlertDeliverer(db.pool, { smtp: config.smtp, webUrl: config.web.url }, log);
  const stopping = new AbortController();
  const totals = { published: 0, failed: 0, leads: false };

  const tell = ({ moved, campaigns }: AppliedEvents, campaignsMoved: boolean) => {
    if (campaigns.length === 0 && !campaignsMoved) return;
    const any = campaignsMoved ? undefined : campaigns;
    const subjects = moved.length > 0 ? (['vehicle', 'campaign'] as const) : (['campaign'] as const);
    hints.changed({ subjects, vins: moved.map(({ vin }) => vin), campaigns: any });
  };
  const onError = (what: string) => (error: unknown) => log.error({ err: error }, what);

  const leadership = openLeadership(config.databaseUrl, log, (about) => {
    if (about === JOIN) return joining.wake();
    if (about.startsWith('vehicle:'))
      void onVehicle(deps, about.slice('vehicle:'.length), now()).then(wake, onError('vehicle'));
    wake();
  });
  const finishing = new Set<Promise<void>>();
  const note = ({ applied, published, failed }: PublishOutcome) => {
    totals.published += published;
    totals.failed += failed;
    tell(applied, false);
    if (applied.wake) leading.wake();
  };
  const finish = (finished: Promise<PublishOutcome>) => {
    const noted = finished.then(note).finally(() => finishing.delete(noted));
    finishing.add(noted);
  };
  const dispatching = startLoop(async () => {
    const { held, again, finished } = await core.dispatch(now, stopping.signal);
    finish(finished);
    if (again) return 0;
    return held ? HELD_MS : IDLE_MS;
  }, onError('offers could not be dispatched'));
  const leading = startLoop(async () => {
    totals.leads = await leadership.lead();
    if (!totals.leads) return IDLE_MS;
    const result = await core.lead(now);
    tell(result.applied, result.moved);
    if (result.applied.wake || result.moved) dispatching.wake();
    // What was queued while its campaign was planned waits for the plan's end.
    if (result.moved) joining.wake();
    return result.again ? 0 : IDLE_MS;
  }, onError('campaigns could not be driven'));
  let offering: Promise<void> | undefined;
  const offer = (due: DueOffers) =>
    core
      .offer(due, now)
      .then(({ held, again, finished }) => {
        finish(finished);
        if (held || again) dispatching.wake();
      }, onError('offers to vehicles that joined could not be dispatched'))
      .finally(() => {
        offering = undefined;
      });
  const joining = startLoop(async () => {
    if (!totals.leads) return IDLE_MS;
    const from = performance.now();
    const { due, more } = await core.join(now);
    // What joining read is good for a moment; later, or while others are offered theirs, the dispatcher looks anew.
    const isFresh = performance.now() - from <= JOINED_MS && !offering && !stopping.signal.aborted;
    if (due && due.waves.length > 0) {
      if (isFresh) offering = offer(due);
      else dispatching.wake();
    }
    return more ? 0 : JOIN_IDLE_MS;
  }, onError('vehicles could not join campaigns'));
  const signing = startLoop(async () => {
    if (!totals.leads) return AHEAD_IDLE_MS;
    const { more } = await core.signAhead(now);
    return more ? 0 : AHEAD_IDLE_MS;
  }, onError('offers could not be signed ahead'));
  const alerting = startLoop(
    async () => ((await alerts.run(now())) > 0 ? 0 : ALERTS_IDLE_MS),
    onError('alerts could not be delivered'),
  );
  function wake() {
    dispatching.wake();
    leading.wake();
    joining.wake();
  }
  let telling: NodeJS.Timeout | undefined;
  const tellLeader = () => {
    telling ??= setTimeout(() => {
      telling = undefined;
      db.pool
        .query('SELECT pg_notify($1, $2)', [ENGINE_CHANNEL, JOIN])
        .catch((error: unknown) => log.debug({ err: error }, 'the leader looks by itself within a second'));
    }, TELL_MS);
  };

  return {
    wake,
    join: () => (totals.leads ? joining.wake() : tellLeader()),
    details: () => ({ ...totals }),
    async stop() {
      stopping.abort();
      clearTimeout(telling);
      await Promise.all([
        dispatching.stop(),
        leading.stop(),
        joining.stop(),
        signing.stop(),
        alerting.stop(),
      ]);
      await offering;
      await Promise.all(finishing);
      alerts.close();
      await leadership.stop();
      await hints.stop();
    },
  };
}

/** A service changed a vehicle: its parked offers are looked at again, and it may join campaigns. */
async function onVehicle(deps: EngineDeps, vin: string, now: Date): Promise<void> {
  await settleRetired(deps, now, vin);
  await inTransaction(deps.db.pool, (client) => unpark(client, [vin], now));
  await queueVehicle(deps, vin, now);
}
