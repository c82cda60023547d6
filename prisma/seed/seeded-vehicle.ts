import type { ConfiguredEcu } from '#lib/domain/configuration.ts';
import { configurationKey } from '#lib/domain/configuration-key.ts';
import { ReportedEcu } from '#lib/protocol/ecu-details.ts';
import { fingerprintOf } from '#lib/protocol/fingerprint.ts';
import { escapeVersion } from '#lib/protocol/version-text.ts';
import { type CatalogVehicle, makeVehicle } from '#lib/tcu/catalog.ts';

export type SeededEcu = ConfiguredEcu & { partNumber: string | null; serial: string | null };
export type SeededVehicle = Omit<CatalogVehicle, 'ecus'> & {
  index: number;
  ecus: readonly SeededEcu[];
  configurationKey: string;
  fingerprint: string;
  /** A number in [0, 1) of its own. */
  dice: number;
};

type Blueprint = { ecus: readonly SeededEcu[]; raw: CatalogVehicle['ecus']; key: string };

const blueprintsPerModel = 300;
const scanned = 4_000;

/**
 * Makes the vehicles of a seeded fleet. `exact`: each as the simulated fleet reports it. Else the vehicles of a
 * model share some hundred configurations, the first of them most often, as real fleets do; only serials differ.
 */
export function vehicleMaker(seed: number, exact: boolean): (index: number) => SeededVehicle {
  const blueprints = exact ? undefined : drawBlueprints(seed);
  return (index) => {
    const vehicle = makeVehicle(index, seed);
    const dice = scramble(index, seed);
    const chosen = blueprints?.get(vehicle.model);
    const blueprint = chosen?.[Math.floor(chosen.length * dice ** 4)] ?? blueprintOf(vehicle);
    const serial = String(index).padStart(7, '0');
    const raw = exact
      ? blueprint.raw
      : blueprint.raw.map((ecu) => ({ ...ecu, serial: serialOf(ecu.type, serial) }));
    const ecus = exact
      ? blueprint.ecus
      : blueprint.ecus.map((ecu) => ({ ...ecu, serial: serialOf(ecu.type, serial) }));
    const tcuVersion = raw.find(({ type }) => type === 'TCU')?.softwareVersion ?? vehicle.tcu.softwareVersion;
    const tcu = exact ? vehicle.tcu : { ...vehicle.tcu, softwareVersion: tcuVersion };
    const fingerprint = fingerprintOf({ tcu, ecus: raw });
    return { ...vehicle, tcu, index, dice, ecus, configurationKey: blueprint.key, fingerprint };
  };
}

function drawBlueprints(seed: number): Map<string, Blueprint[]> {
  const byModel = new Map<string, Blueprint[]>();
  for (let index = 0; index < scanned; index += 1) {
    const vehicle = makeVehicle(index, seed);
    const drawn = byModel.get(vehicle.model) ?? [];
    if (drawn.length < blueprintsPerModel) drawn.push(blueprintOf(vehicle));
    byModel.set(vehicle.model, drawn);
  }
  return byModel;
}

/** The vehicle's ECUs as the worker would store them after a full report. */
function blueprintOf({ ecus: raw }: CatalogVehicle): Blueprint {
  const ecus = raw.map((ecu): SeededEcu => {
    const { ecuId, type, hardwareVersion, softwareVersion, status, partNumber, serial } =
      ReportedEcu.parse(ecu);
    return {
      ecuId,
      type,
      hardwareVersion,
      softwareVersion,
      status,
      state: 'present',
      partNumber: partNumber ?? null,
      serial: serial ?? null,
    };
  });
  return { ecus, raw, key: configurationKey({ ecus }) };
}

function serialOf(type: string, serial: string): string {
  return escapeVersion(`${type.slice(0, 3)}${serial}`);
}

/** Evenly spread over [0, 1) and the same for the same index and seed. */
export function scramble(index: number, salt: number): number {
  let mixed = Math.imul(index ^ Math.imul(salt + 1, 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
