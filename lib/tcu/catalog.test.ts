import { describe, expect, it } from 'vitest';
import { ReportedEcu } from '#lib/protocol/ecu-details.ts';
import { Vin } from '#lib/protocol/primitives.ts';
import { isEscapedVersion } from '#lib/protocol/version-text.ts';
import { ecuTypes, makeVehicle, modelLines, vinCheckDigit } from './catalog.ts';

const vehicles = Array.from({ length: 2_000 }, (_, index) => makeVehicle(index));

describe('the simulated fleet', () => {
  it('is the same for the same seed and another for another', () => {
    expect(makeVehicle(17, 3)).toEqual(makeVehicle(17, 3));
    expect(makeVehicle(17, 3)).not.toEqual(makeVehicle(17, 4));
  });

  it('has valid and distinct VINs, 5 to 20 ECUs, every model line and every version', () => {
    expect(new Set(vehicles.map(({ vin }) => Vin.parse(vin))).size).toBe(vehicles.length);
    expect(new Set(vehicles.map(({ model }) => model)).size).toBe(modelLines.length);
    const counts = vehicles.map(({ ecus }) => ecus.length);
    expect([Math.min(...counts), Math.max(...counts)]).toEqual([5, 20]);
    const seen = new Set(
      vehicles.flatMap(({ ecus }) => ecus.map((ecu) => ReportedEcu.parse(ecu).softwareVersion)),
    );
    expect(ecuTypes.flatMap(({ versions }) => versions).filter((version) => !seen.has(version))).toEqual([]);
  });

  it('pads some versions as real ECUs do, and releases none that a catalog could not hold', () => {
    expect(vehicles.some(({ ecus }) => ecus.some((ecu) => /\0$/.test(ecu.softwareVersion)))).toBe(true);
    expect(ecuTypes.flatMap(({ versions }) => versions).every(isEscapedVersion)).toBe(true);
  });

  it('has VINs with the check digit that belongs to them', () => {
    expect(vinCheckDigit('1M8GDM9A0KP042788')).toBe('X');
    expect(vehicles.filter(({ vin }) => vin[8] !== vinCheckDigit(vin))).toEqual([]);
  });
});
