import { type CatalogEcuType, ecuTypes, type ModelLine, modelLines, regions } from './catalog-ecu-types.ts';
import { type Random, seededRandom } from './random.ts';
import type { RawEcu, RawTcu } from './state.ts';

export { ecuTypes, modelLines, regions };

export type CatalogVehicle = {
  vin: string;
  model: string;
  modelYear: number;
  region: string;
  timeZone: string;
  tcu: RawTcu;
  ecus: RawEcu[];
};

/** Position 10 of the VIN, ISO 3779 with the letters of SAE J853. */
const yearCodes = 'ABCDEFGHJKLMNPRSTVWXY123456789';
const checkWeights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
const letterValues: Record<string, number> = Object.fromEntries(
  ['AJ', 'BKS', 'CLT', 'DMU', 'ENV', 'FW', 'GPX', 'HY', 'RZ'].flatMap((letters, index) =>
    [...letters].map((letter) => [letter, index + 1]),
  ),
);
/** Share of vehicles by how many releases they are behind: long-tailed. */
const behindShares = [0.04, 0.58, 0.22, 0.11, 0.05];

/** The index-th vehicle of the simulated fleet: the same for the same index and seed, on every machine. */
export function makeVehicle(index: number, seed = 1): CatalogVehicle {
  const random = seededRandom(`vehicle|${seed}|${index}`);
  const line = pick(modelLines, random);
  const modelYear = line.firstYear + Math.floor(random() * (2027 - line.firstYear));
  const { region, timeZones } = pick(regions, random);
  const count = line.fewest + Math.floor(random() * (line.ecus.length - line.fewest + 1));
  const fitted = line.ecus.slice(0, count).flatMap((name) => ecuTypes.filter((type) => type.name === name));
  const serial = String(index).padStart(7, '0');
  const ecus = fitted.map((type) => makeEcu(type, serial, random));
  const own = ecus.find((ecu) => ecu.type === 'TCU');
  return {
    vin: makeVin(line, modelYear, index),
    model: line.model,
    modelYear,
    region,
    timeZone: pick(timeZones, random),
    tcu: { serial: `TCU${serial}`, softwareVersion: own?.softwareVersion ?? '4.1.0' },
    ecus,
  };
}

function makeEcu(type: CatalogEcuType, serial: string, random: Random): RawEcu {
  const version = pickVersion(type, random);
  return {
    ecuId: type.name,
    type: type.name,
    hardwareVersion: pick(type.hardwareVersions, random),
    softwareVersion:
      random() < 0.1 && type.scheme === 'lineage'
        ? `${version}${pick(['\0\0\0', '  ', ' \0'], random)}`
        : version,
    partNumber: `${type.name}-${10_000 + Math.floor(random() * 90_000)}`,
    serial: `${type.name.slice(0, 3)}${serial}`,
    status: random() < 0.005 ? 'degraded' : 'ok',
  };
}

function pickVersion({ versions }: CatalogEcuType, random: Random): string {
  let rest = random();
  for (const [behind, share] of behindShares.entries()) {
    const version = versions.at(-1 - behind);
    if (version !== undefined && rest < share) return version;
    rest -= share;
  }
  return versions[0] ?? '';
}

function makeVin(line: ModelLine, modelYear: number, index: number): string {
  const year = yearCodes[(modelYear - 2010) % yearCodes.length] ?? 'A';
  const plant = 'ABCDEFGH'[Math.floor(index / 1_000_000) % 8] ?? 'A';
  const serial = String(index % 1_000_000).padStart(6, '0');
  const draft = `WRC${line.descriptor}0${year}${plant}${serial}`;
  return `${draft.slice(0, 8)}${vinCheckDigit(draft)}${draft.slice(9)}`;
}

/** The check digit that belongs at position 9 of a VIN (49 CFR 565.15); what stands there is not looked at. */
export function vinCheckDigit(vin: string): string {
  const sum = [...vin].reduce(
    (total, character, place) =>
      total + (letterValues[character] ?? Number(character)) * (checkWeights[place] ?? 0),
    0,
  );
  return sum % 11 === 10 ? 'X' : String(sum % 11);
}

function pick<T>(from: readonly T[], random: Random): T {
  const one = from[Math.floor(random() * from.length)];
  if (one === undefined) throw new RangeError('there is nothing to pick from');
  return one;
}
