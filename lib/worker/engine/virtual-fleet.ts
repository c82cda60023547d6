import { onInventory } from '#lib/db/engine/on-inventory.ts';
import { onPresence } from '#lib/db/engine/on-presence.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import type { OtaPhase } from '#lib/protocol/ota-status.ts';
import { applyAssignmentEvents, type OccurredEvent } from '#lib/services/apply-assignment-events.ts';
import { configurationKeyOf, type EngineHarness, vinOf } from './testing.ts';

/** How a vehicle of the virtual fleet behaves. */
export type Behaviour =
  | 'obeys'
  | 'fails_once'
  | 'fails_always'
  | 'declines'
  | 'defers_once'
  | 'claims_falsely'
  | 'never_answers';

type Vehicle = {
  vin: string;
  behaviour: Behaviour;
  sequence: number;
  version: string;
  deferred: boolean;
  /** What it does in the next steps, one list a step. */
  script: Deed[][];
};

type Deed =
  | { kind: 'says'; phase: OtaPhase; attempt: number; code?: string }
  | { kind: 'reports'; version: string };

const BATCH = 500;

/** Vehicles that answer as their behaviour says, a step of virtual time after the offer; all writes are batched. */
export class VirtualFleet {
  readonly #harness: EngineHarness;
  readonly #campaignId: () => string;
  readonly #vehicles = new Map<string, Vehicle>();
  #handled = 0;

  constructor(
    harness: EngineHarness,
    campaignId: () => string,
    count: number,
    behaviourOf: (n: number) => Behaviour,
  ) {
    this.#harness = harness;
    this.#campaignId = campaignId;
    for (let n = 0; n < count; n += 1) {
      const vin = vinOf(n);
      const vehicle = {
        vin,
        behaviour: behaviourOf(n),
        sequence: 1,
        version: '1.0.0',
        deferred: false,
        script: [],
      };
      this.#vehicles.set(vin, vehicle);
    }
  }

  /** Takes in what was published, then lets every vehicle with something to do act once. */
  async step(): Promise<void> {
    for (const { vin, update } of this.#harness.received.splice(0)) {
      const vehicle = this.#vehicles.get(vin);
      this.#handled += 1;
      const { attempt, targets } = update.signed;
      if (!vehicle) continue;
      if (Object.keys(targets).length === 0)
        vehicle.script = [[{ kind: 'says', phase: 'cancelled', attempt: 1 }]];
      else vehicle.script = scriptOf(vehicle, attempt ?? 1);
    }
    const acting: { vehicle: Vehicle; deeds: Deed[] }[] = [];
    for (const vehicle of this.#vehicles.values()) {
      const deeds = vehicle.script.shift();
      if (deeds) acting.push({ vehicle, deeds });
    }
    for (let from = 0; from < acting.length; from += BATCH) await this.#act(acting.slice(from, from + BATCH));
  }

  get offersReceived(): number {
    return this.#handled;
  }

  /** Brings vehicles online or takes them off. */
  async go(vins: readonly string[], online: boolean): Promise<void> {
    const { db, clock, deps } = this.#harness;
    const now = clock.now();
    for (let from = 0; from < vins.length; from += BATCH) {
      const batch = vins.slice(from, from + BATCH);
      await inTransaction(db.pool, async (client) => {
        await client.query('UPDATE vehicle_states SET online = $2 WHERE vin = ANY($1)', [batch, online]);
        const kind = online ? 'wentOnline' : 'wentOffline';
        await onPresence(
          client,
          batch.map((vin) => ({ vin, kind, at: now })),
          { now, shard: deps.slot },
        );
      });
    }
  }

  async #act(acting: readonly { vehicle: Vehicle; deeds: Deed[] }[]): Promise<void> {
    const { db, clock, deps } = this.#harness;
    const now = clock.now();
    const events: OccurredEvent[] = [];
    const reports: { vin: string; epoch: number; sequence: number; changed: boolean; version: string }[] = [];
    for (const { vehicle, deeds } of acting) {
      for (const deed of deeds) {
        vehicle.sequence += 1;
        const { vin, sequence } = vehicle;
        if (deed.kind === 'reports') {
          reports.push({
            vin,
            epoch: 1,
            sequence,
            changed: deed.version !== vehicle.version,
            version: deed.version,
          });
          vehicle.version = deed.version;
          continue;
        }
        const { phase, attempt, code } = deed;
        const event = { kind: 'status', attempt, order: { epoch: 1, sequence }, phase, code } as const;
        events.push({ vin, campaignId: this.#campaignId(), event, receivedAt: now, epoch: 1, sequence });
      }
    }
    await inTransaction(db.pool, async (client) => {
      const changed = reports.filter((report) => report.changed);
      await client.query(
        `UPDATE ecus e SET software_version = u.version FROM unnest($1::text[], $2::text[]) AS u(vin, version)
         WHERE e.vin = u.vin AND e.ecu_id = 'BMS'`,
        [changed.map(({ vin }) => vin), changed.map(({ version }) => version)],
      );
      await client.query(
        `UPDATE vehicle_states s SET configuration_key = u.key, report_sequence = u.sequence
         FROM unnest($1::text[], $2::text[], $3::bigint[]) AS u(vin, key, sequence) WHERE s.vin = u.vin`,
        [
          reports.map(({ vin }) => vin),
          reports.map(({ version }) => configurationKeyOf(version)),
          reports.map(({ sequence }) => sequence),
        ],
      );
      await applyAssignmentEvents(client, events, { now, shard: deps.slot });
      await onInventory(client, reports, { now, shard: deps.slot });
    });
  }
}

function scriptOf(vehicle: Vehicle, attempt: number): Deed[][] {
  const says = (phase: OtaPhase, code?: string): Deed => ({
    kind: 'says',
    phase,
    attempt,
    ...(code && { code }),
  });
  const accepting = [says('received'), says('accepted'), says('downloading')];
  const succeeding: Deed[][] = [
    accepting,
    [says('verified'), says('installing')],
    [says('installed'), { kind: 'reports', version: '2.0.0' }],
  ];
  const failing: Deed[][] = [
    accepting,
    [says('verified'), says('installing')],
    [says('failed', 'flash_error'), says('rolled_back', 'flash_error')],
  ];
  switch (vehicle.behaviour) {
    case 'obeys':
      return succeeding;
    case 'fails_once':
      return attempt === 1 ? failing : succeeding;
    case 'fails_always':
      return failing;
    case 'declines':
      return [[says('received'), says('declined', 'owner_declined')]];
    case 'defers_once':
      if (vehicle.deferred) return succeeding;
      vehicle.deferred = true;
      return [[says('received'), says('deferred', 'driving')]];
    case 'claims_falsely':
      return [accepting, [says('installing'), says('installed')], [{ kind: 'reports', version: '1.0.0' }]];
    case 'never_answers':
      return [];
  }
}
