import { describe, expect, test } from 'vitest';
import { aCatalog, aRelease, needs } from './catalog.fixture.ts';
import type { CatalogRelease } from './catalog.ts';
import { describeCycle, findDependencyCycle } from './dependencies.ts';

function cycleOf(candidate: CatalogRelease, ...others: CatalogRelease[]): string[] | undefined {
  return findDependencyCycle(aCatalog(others), candidate)?.map(({ id }) => id);
}

describe('a cycle at release time', () => {
  test('of two', () => {
    const bms = aRelease('BMS', '2.0.0', { dependencies: [needs('VCU', '3.0.0')] });
    const vcu = aRelease('VCU', '3.0.0', { dependencies: [needs('BMS', '2.0.0')] });
    expect(cycleOf(vcu, bms)).toEqual(['VCU-3.0.0', 'BMS-2.0.0', 'VCU-3.0.0']);
    expect(describeCycle([vcu, bms, vcu])).toBe('VCU 3.0.0 needs BMS 2.0.0, BMS 2.0.0 needs VCU 3.0.0.');
  });

  test('of three, and of itself', () => {
    const bms = aRelease('BMS', '2.0.0', { dependencies: [needs('VCU', '1.0.0')] });
    const vcu = aRelease('VCU', '1.0.0', { dependencies: [needs('GW', '1.0.0')] });
    const gw = aRelease('GW', '1.0.0', { dependencies: [needs('BMS', '1.5.0')] });
    expect(cycleOf(gw, bms, vcu)).toEqual(['GW-1.0.0', 'BMS-2.0.0', 'VCU-1.0.0', 'GW-1.0.0']);
    expect(cycleOf(aRelease('BMS', '2.0.0', { dependencies: [needs('BMS', '2.0.0')] }))).toEqual([
      'BMS-2.0.0',
      'BMS-2.0.0',
    ]);
  });

  test('but not lockstep updates, where an older release breaks it', () => {
    const vcu1 = aRelease('VCU', '1.0.0');
    const bms = aRelease('BMS', '2.0.0', { dependencies: [needs('VCU', '1.0.0')] });
    const vcu2 = aRelease('VCU', '2.0.0', { dependencies: [needs('BMS', '2.0.0')] });
    expect(cycleOf(vcu2, bms, vcu1)).toBeUndefined();
    expect(cycleOf(vcu2, bms)).toBeDefined();
    expect(cycleOf(vcu2, bms, { ...vcu1, state: 'withdrawn' })).toBeDefined();
    expect(cycleOf(vcu2, bms, { ...vcu1, state: 'draft' })).toBeDefined();
  });

  test('nor where a declared baseline breaks it', () => {
    const bms = aRelease('BMS', '2.0.0', { dependencies: [needs('CAM', 'cam-a')] });
    const cam = aRelease('CAM', 'cam-c', { dependencies: [needs('BMS', '2.0.0')] });
    expect(cycleOf(cam, bms)).toBeUndefined();
    const strict = aRelease('BMS', '2.0.0', { dependencies: [needs('CAM', 'cam-c')] });
    expect(cycleOf(cam, strict)).toEqual(['CAM-cam-c', 'BMS-2.0.0', 'CAM-cam-c']);
  });

  test('of a lineage version that is not placed yet', () => {
    const bms = aRelease('BMS', '2.0.0', { dependencies: [needs('CAM', 'cam-d')] });
    const cam = aRelease('CAM', 'cam-d', { dependencies: [needs('BMS', '2.0.0')], state: 'draft' });
    expect(cycleOf(cam, bms)).toEqual(['CAM-cam-d', 'BMS-2.0.0', 'CAM-cam-d']);
  });

  test('not of what comes from outside of the catalog', () => {
    expect(cycleOf(aRelease('BMS', '2.0.0', { dependencies: [needs('VCU', '9.0.0')] }))).toBeUndefined();
  });
});
