import type { Queryable } from '#lib/db/queryable.ts';
import type { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import { type ConfiguredEcu, presenceOf } from '#lib/domain/configuration.ts';
import { configurationKey } from '#lib/domain/configuration-key.ts';
import { type ConfigurationVerdict, decideConfiguration } from '#lib/domain/eligibility.ts';
import type { EcuStatus } from '#lib/protocol/ecu-details.ts';
import type { CatalogSnapshot } from './catalog-snapshot.ts';

/** A vehicle whose configuration is to be judged; without a key its ECUs are read. */
export type KeyedVehicle = { vin: string; configurationKey: string | null };

/** What a campaign means for each configuration, decided once for all vehicles that share it. */
export type VerdictSource = {
  /** Verdicts by VIN; `undefined` for a vehicle that never reported its ECUs. */
  judge(
    db: Queryable,
    vehicles: readonly KeyedVehicle[],
  ): Promise<Map<string, ConfigurationVerdict | undefined>>;
};

const maxCached = 20_000;
/** ECUs of so many vehicles are held at a time. */
const READ_AT_ONCE = 250;

/** Verdicts of one campaign over one state of the catalog. */
export function verdictSource(
  definition: Pick<CampaignDefinition, 'releaseIds' | 'rollback' | 'allowSkilledPersonOnly'>,
  { catalog }: CatalogSnapshot,
): VerdictSource {
  const releases = definition.releaseIds.flatMap((id) => catalog.releases.get(id) ?? []);
  const { rollback, allowSkilledPersonOnly } = definition;
  const campaign = { releases, rollback, allowSkilledPersonOnly };
  let newest = new Map<string, ConfigurationVerdict>();

  return {
    async judge(db, vehicles) {
      if (newest.size > maxCached) newest = new Map();
      // Whoever is judging already goes on with the verdicts that it counts on.
      const cache = newest;
      const unknown = new Map<string, string>();
      for (const { vin, configurationKey: key } of vehicles) {
        if (key === null) unknown.set(vin, vin);
        else if (!cache.has(key) && !unknown.has(key)) unknown.set(key, vin);
      }
      const byVin = new Map<string, ConfigurationVerdict>();
      for await (const { vin, ecus } of configurationsOf(db, [...new Set(unknown.values())])) {
        const key = configurationKey({ ecus });
        const verdict = cache.get(key) ?? decideConfiguration({ ecus }, campaign, catalog);
        cache.set(key, verdict);
        byVin.set(vin, verdict);
      }
      // A representative may have reported anew since its key was read: then its twins are judged by themselves.
      const late = vehicles.filter(
        ({ vin, configurationKey: key }) => key !== null && !cache.has(key) && !byVin.has(vin),
      );
      const lateVins = late.map(({ vin }) => vin);
      for await (const { vin, ecus } of configurationsOf(db, lateVins))
        byVin.set(vin, decideConfiguration({ ecus }, campaign, catalog));
      return new Map(
        vehicles.map(({ vin, configurationKey: key }) => [
          vin,
          byVin.get(vin) ?? (key === null ? undefined : cache.get(key)),
        ]),
      );
    },
  };
}

/** As `loadConfigurations`, a few vehicles at a time, so that memory does not grow with their number. */
async function* configurationsOf(db: Queryable, vins: readonly string[]) {
  for (let from = 0; from < vins.length; from += READ_AT_ONCE) {
    const some = await loadConfigurations(db, vins.slice(from, from + READ_AT_ONCE));
    for (const [vin, ecus] of some) yield { vin, ecus };
  }
}

/** ECUs of vehicles as eligibility sees them; vehicles without any are left out. */
export async function loadConfigurations(
  db: Queryable,
  vins: readonly string[],
): Promise<Map<string, ConfiguredEcu[]>> {
  if (vins.length === 0) return new Map();
  const { rows } = await db.query<{
    vin: string;
    ecu_id: string;
    type: string;
    hardware_version: string;
    software_version: string;
    status: EcuStatus;
    state: string;
    swapped_at: Date | null;
  }>(
    `SELECT vin, ecu_id, type, hardware_version, software_version, status, state, swapped_at
     FROM ecus WHERE vin = ANY($1)`,
    [vins],
  );
  const byVin = new Map<string, ConfiguredEcu[]>();
  for (const row of rows) {
    const ecu: ConfiguredEcu = {
      ecuId: row.ecu_id,
      type: row.type,
      hardwareVersion: row.hardware_version,
      softwareVersion: row.software_version,
      status: row.status,
      state: presenceOf({ state: row.state, swappedAt: row.swapped_at }),
    };
    const known = byVin.get(row.vin);
    if (known) known.push(ecu);
    else byVin.set(row.vin, [ecu]);
  }
  return byVin;
}
