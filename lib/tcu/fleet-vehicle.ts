import type { PinnedKeys } from '#lib/protocol/envelope.ts';
import type { TopicNames } from '#lib/protocol/topics.ts';
import { faultyAir } from './air.ts';
import type { CatalogVehicle } from './catalog.ts';
import type { FleetOptions, Forced } from './fleet-options.ts';
import type { FleetState } from './fleet-state.ts';
import { seededRandom } from './random.ts';
import { simulateBehaviour } from './simulated-behaviour.ts';
import { newTcuState, type TcuState } from './state.ts';
import { createTcu, type Tcu, type TcuEvent } from './tcu.ts';

export type FleetSurroundings = {
  url: string;
  topics: TopicNames;
  keys: PinnedKeys;
  options: FleetOptions;
  states: FleetState;
  onEvent(event: TcuEvent): void;
};

const bootMs = 3_000;
const driveIntervalMs = 10_000;

/** One vehicle of the fleet: its TCU, and what befalls it on the road. */
export function startFleetVehicle(
  vehicle: CatalogVehicle,
  credential: string,
  forced: Forced,
  { url, topics, keys, options, states, onEvent }: FleetSurroundings,
) {
  const random = seededRandom(`life|${options.seed}|${vehicle.vin}`);
  const air = faultyAir(
    {
      duplicate: options['duplicate-rate'],
      reorder: options['reorder-rate'],
      corrupt: options['corrupt-rate'],
    },
    random,
  );
  const behaviour = simulateBehaviour({
    vin: vehicle.vin,
    seed: options.seed,
    rates: {
      decline: options['decline-rate'],
      defer: options['defer-rate'],
      fail: options['fail-rate'],
      rollback: options['rollback-rate'],
      partial: options['partial-rate'],
      powerCut: options['power-cut-rate'],
    },
    forced: forced.outcome,
    writeMs: options['install-seconds'] * 1_000 * (0.7 + random() * 0.6),
    deferMinutes: options['defer-minutes'],
    onPowerCut: losePower,
  });
  let tcu: Tcu | undefined;
  let timer: NodeJS.Timeout | undefined;

  function boot(state: TcuState): void {
    tcu = createTcu({
      url,
      credential,
      topics,
      state,
      keys,
      behaviour,
      random,
      air,
      protocolVersion: options.mqtt5 ? 5 : 4,
      keepaliveSeconds: options.keepalive,
      timing: {
        heartbeatMs: options['heartbeat-every'] * 1_000,
        reportMs: options['report-every'] * 1_000,
      },
      save: states.save,
      onEvent,
    });
  }

  function losePower(): void {
    const state = tcu?.state;
    tcu?.cutPower();
    tcu = undefined;
    if (state) timer = setTimeout(() => boot(structuredClone(state)), bootMs * (0.5 + random()));
  }

  /** Of the time, a share of `offline-rate` is spent out of coverage. */
  const offlineMs = options['offline-minutes'] * 60_000;
  const share = Math.min(options['offline-rate'], 0.95);
  const chance = offlineMs > 0 ? (share / (1 - share)) * (driveIntervalMs / offlineMs) : 0;
  const life = setInterval(
    () => {
      if (tcu?.isOnline && random() < chance) tcu.loseConnectionFor(offlineMs * (0.5 + random()));
    },
    driveIntervalMs * (0.5 + random()),
  );

  const first = () => boot(states.load(vehicle.vin) ?? newTcuState(vehicle));
  if (forced.offlineSeconds === undefined) first();
  else timer = setTimeout(first, forced.offlineSeconds * 1_000);

  return {
    get isOnline() {
      return tcu?.isOnline ?? false;
    },
    get isBusy() {
      return tcu?.isBusy ?? false;
    },
    get waiting() {
      return tcu?.state.outbox.length ?? 0;
    },
    async stop(): Promise<void> {
      clearInterval(life);
      clearTimeout(timer);
      await tcu?.stop();
    },
  };
}

export type FleetVehicle = ReturnType<typeof startFleetVehicle>;
