import type { Config } from '#lib/config.ts';
import type { Database } from '#lib/db/client.ts';
import { publishHints } from '#lib/live/hints.ts';
import type { Log } from '#lib/log.ts';
import type { LiveSubject } from '#lib/protocol/live-hint.ts';
import { sendCommittedAcks } from './committed-acks.ts';
import type { Publish } from './engine/publish.ts';
import type { AssignmentPort } from './inbound/assignment-port.ts';
import type { BatchOutcome } from './inbound/batch-outcome.ts';
import { createPipeline } from './inbound/pipeline.ts';
import {
  type BrokerLogin,
  openPublisher,
  openSubscription,
  type ProtocolVersion,
  type Subscription,
} from './mqtt.ts';
import { clientIdOf } from './slots.ts';

/** The campaign engine, as a worker runs it. */
export type RunningEngine = {
  stop(): Promise<void>;
  wake?(): void;
  join?(): void;
  details?(): Record<string, unknown>;
};
export type EngineStart = (options: {
  db: Database;
  publish: Publish;
  config: Config;
  log: Log;
  slot: number;
}) => Promise<RunningEngine>;

export type ActiveOptions = {
  config: Config;
  db: Database;
  log: Log;
  slot: number;
  version: ProtocolVersion;
  /** Shared subscriptions work: the messages are divided among all workers. */
  shared: boolean;
  port: AssignmentPort;
  startEngine: EngineStart;
};

/** How long the retained presence is read beside a shared subscription, which brings nothing retained. */
const presenceSnapshotMs = 10_000;

export function loginOf(config: Config): BrokerLogin {
  const { url, username, password } = config.mqtt;
  return { url, username, password };
}

/** What a worker receives; with `$share` in front where it shares. */
export function inboundFilters(config: Config, shared: boolean): string[] {
  const { ecuDetails, otaStatus, tcuPresence, otaReceipt, brokerNotice } = config.topics;
  const prefix = shared ? `$share/${config.mqtt.shareGroup}/` : '';
  return [ecuDetails, otaStatus, tcuPresence, otaReceipt, brokerNotice].map((name) => `${prefix}${name}/+`);
}

export type ActiveWorker = Awaited<ReturnType<typeof activateWorker>>;

/** Everything that the owner of a slot runs: connections, inbound pipeline, acknowledgments, hints, engine. */
export async function activateWorker(options: ActiveOptions) {
  const { config, db, log, slot, version, shared } = options;
  const login = loginOf(config);
  const warn = (what: string) => (error: unknown) => log.debug({ err: error }, what);
  const publisher = await openPublisher({ ...login, version, log, clientId: `${clientIdOf(slot)}-publish` });
  const hints = publishHints(db.pool, warn('a hint was lost'));
  const acks = sendCommittedAcks(config.topics, publisher, warn('an acknowledgment was lost'));
  const engine = await options.startEngine({ db, publish: publisher.publish, config, log, slot });
  const subscriptions = new Set<Subscription>();
  let closing = false;

  const pipeline = createPipeline({
    pool: db.pool,
    names: config.topics,
    port: options.port,
    shard: slot,
    ...config.worker,
    receiveMaximum: config.mqtt.receiveMaximum,
    log,
    onCommitted(outcome, held) {
      for (const subscription of subscriptions) subscription.acks.release(held);
      acks.acknowledge(outcome.acknowledge);
      acks.request(outcome.requests);
      announce(outcome);
      if (outcome.wake) engine.wake?.();
      if (outcome.joins) engine.join?.();
    },
  });
  const announce = ({ changed, seen, campaigns, refused }: BatchOutcome) => {
    const subjects: LiveSubject[] = [];
    if (changed.size > 0) subjects.push('vehicle');
    if (seen.size > 0) subjects.push('seen');
    if (campaigns.length > 0) subjects.push('campaign');
    if (refused.length > 0) subjects.push('quarantine');
    if (subjects.length > 0) hints.changed({ subjects, vins: changed, seen, campaigns });
  };

  /** Connects as the owner of a slot and brings what its session holds into the pipeline. */
  const receiveAs = async (ofSlot: number): Promise<Subscription> => {
    const subscription = await openSubscription({
      ...login,
      version,
      clientId: clientIdOf(ofSlot),
      receiveMaximum: config.mqtt.receiveMaximum,
      log,
      onMessage({ topic, payload, qos }, ack) {
        if (!closing)
          pipeline.accept(topic, Buffer.isBuffer(payload) ? payload : Buffer.from(payload), qos, ack);
      },
    });
    subscriptions.add(subscription);
    return subscription;
  };

  const inbound = await receiveAs(slot);
  await inbound.subscribe(inboundFilters(config, shared));
  const snapshot = shared ? await readRetainedPresence(inbound, `${config.topics.tcuPresence}/+`) : undefined;

  return {
    slot,
    receiveAs,
    forget: (subscription: Subscription) => subscriptions.delete(subscription),
    pipeline,
    details: () => ({
      slot,
      held: inbound.acks.held,
      brokerDropped: publisher.dropped(),
      acknowledged: acks.sent,
      hints: hints.sent,
      ...pipeline.stats(),
      ...engine.details?.(),
    }),
    /** Nothing new is taken on, what is here is committed and acknowledged, the session stays at the broker. */
    async stop(): Promise<void> {
      closing = true;
      clearTimeout(snapshot);
      await engine.stop();
      await pipeline.drain();
      acks.stop();
      await hints.stop();
      await publisher.stop();
      await Promise.all(Array.from(subscriptions, (subscription) => subscription.leave()));
    },
  };
}

async function readRetainedPresence(inbound: Subscription, filter: string): Promise<NodeJS.Timeout> {
  await inbound.subscribe([filter]);
  return setTimeout(() => void inbound.unsubscribe([filter]).catch(() => undefined), presenceSnapshotMs);
}
