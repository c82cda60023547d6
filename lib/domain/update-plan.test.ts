import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anEcu, aRelease, needs } from './catalog.fixture.ts';
import type { ConfiguredEcu } from './configuration.ts';
import { describeReason } from './describe-reason.ts';
import { decide, expectReasons } from './eligibility.fixture.ts';
import type { ConfigurationVerdict } from './eligibility.ts';
import type { ReleaseDependency } from './release.ts';

const bms2 = aRelease('BMS', '2.0.0');

describe('plans', () => {
  const order = (verdict: ConfigurationVerdict) => verdict.steps.map(({ ecuId }) => ecuId);

  test('what is needed goes first, the rest in the order of the campaign', () => {
    const ecus = ['GW', 'BMS', 'TCU', 'VCU'].map((type) => anEcu(type, '1.0.0'));
    const releases = [
      aRelease('TCU', '2.0.0'),
      aRelease('BMS', '2.0.0', { dependencies: [needs('VCU', '2.0.0')] }),
      aRelease('VCU', '2.0.0', { dependencies: [needs('GW', '1.5.0')] }),
      aRelease('GW', '2.0.0'),
    ];
    expect(order(decide({ ecus, releases }))).toEqual(['TCU', 'GW', 'VCU', 'BMS']);
    expect(order(decide({ ecus: ecus.toReversed(), releases }))).toEqual(['TCU', 'GW', 'VCU', 'BMS']);
  });

  test('every ECU of a type is updated, and waited for', () => {
    const ecus = [
      anEcu('CAM-R', 'cam-a', { type: 'CAM' }),
      anEcu('CAM-L', 'cam-b', { type: 'CAM' }),
      anEcu('CAM-M', 'cam-c', { type: 'CAM' }),
      anEcu('VCU', '1.0.0'),
    ];
    const releases = [
      aRelease('VCU', '2.0.0', { dependencies: [needs('CAM', 'cam-c')] }),
      aRelease('CAM', 'cam-c'),
    ];
    const verdict = decide({ ecus, releases });
    expect(order(verdict)).toEqual(['CAM-L', 'CAM-R', 'VCU']);
    expect(verdict.atTarget).toEqual([{ ecuId: 'CAM-M', releaseId: 'CAM-cam-c' }]);
    expect(verdict.steps[0]).toEqual({
      ecuId: 'CAM-L',
      ecuType: 'CAM',
      releaseId: 'CAM-cam-c',
      fromVersion: 'cam-b',
      toVersion: 'cam-c',
    });
  });

  test('one ECU of a type that does not fit holds all back', () => {
    const ecus = [
      anEcu('CAM-L', 'cam-a', { type: 'CAM' }),
      anEcu('CAM-R', 'cam-a', { type: 'CAM', hardwareVersion: 'H2' }),
    ];
    const verdict = decide({ ecus, releases: [aRelease('CAM', 'cam-c')] });
    expect(verdict.steps).toEqual([]);
    expect(verdict.reasons).toMatchObject([
      { code: 'hardware_mismatch', ecuId: 'CAM-R', hardwareVersion: 'H2', allowed: ['H1'] },
    ]);
  });

  test('each hardware gets its own release, the newest that it may install', () => {
    const releases = [
      aRelease('BMS', '2.0.0'),
      aRelease('BMS', '3.0.0', { fromVersions: { kind: 'range', from: '2.0.0' } }),
      aRelease('BMS', '2.1.0', { hardwareVersions: ['H2'] }),
    ];
    const target = (softwareVersion: string, hardwareVersion: string) =>
      decide({ ecus: [anEcu('BMS', softwareVersion, { hardwareVersion })], releases }).steps[0]?.toVersion;
    expect(target('1.0.0', 'H1')).toBe('2.0.0');
    expect(target('2.0.0', 'H1')).toBe('3.0.0');
    expect(target('1.0.0', 'H2')).toBe('2.1.0');
    expect(decide({ ecus: [anEcu('BMS', '3.0.0')], releases }).atTarget).toEqual([
      { ecuId: 'BMS', releaseId: 'BMS-3.0.0' },
    ]);
  });

  test('a rollback lets the dependent leave first', () => {
    const verdict = decide({
      rollback: true,
      ecus: [anEcu('BMS', '2.0.0'), anEcu('VCU', '2.0.0')],
      releases: [aRelease('BMS', '1.0.0'), aRelease('VCU', '1.0.0')],
      catalog: [
        { ...bms2, rollbackTo: ['1.0.0'] },
        aRelease('VCU', '2.0.0', { rollbackTo: ['1.0.0'], dependencies: [needs('BMS', '2.0.0')] }),
      ],
    });
    expectReasons(verdict.reasons, []);
    expect(order(verdict)).toEqual(['VCU', 'BMS']);
  });

  test('the cycle is named', () => {
    const { reasons } = decide({
      ecus: [anEcu('BMS', '1.0.0'), anEcu('VCU', '1.0.0')],
      releases: [
        aRelease('BMS', '2.0.0', { dependencies: [needs('VCU', '2.0.0')] }),
        aRelease('VCU', '2.0.0', { dependencies: [needs('BMS', '2.0.0')] }),
      ],
    });
    expect(reasons.map(describeReason)).toEqual(['The updates wait for each other: BMS → VCU → BMS.']);
  });

  test('any plan keeps every dependency at every step, or gives a reason', () => {
    const types = ['BMS', 'VCU', 'GW', 'TCU'] as const;
    const version = fc.constantFrom('1.0.0', '2.0.0', '3.0.0');
    const dependency = fc.record({
      ecuType: fc.constantFrom(...types),
      minimumVersion: version,
      maySameCampaign: fc.boolean(),
    });
    const release = fc
      .record({
        type: fc.constantFrom(...types),
        version,
        dependencies: fc.array(dependency, { maxLength: 2 }),
      })
      .map(({ type, version: text, dependencies }) =>
        aRelease(type, text, { dependencies: dependencies.filter(({ ecuType }) => ecuType !== type) }),
      );
    fc.assert(
      fc.property(
        fc.uniqueArray(release, { selector: ({ ecuType }) => ecuType, minLength: 1 }),
        fc.array(version, { minLength: 4, maxLength: 4 }),
        (releases, installed) => {
          const ecus = types.map((type, index) => anEcu(type, installed[index] ?? '1.0.0'));
          const verdict = decide({ ecus, releases });
          const running = new Map(ecus.map(({ ecuId, softwareVersion }) => [ecuId, softwareVersion]));
          for (const step of verdict.steps) {
            const { dependencies } = releases.find(({ id }) => id === step.releaseId) ?? { dependencies: [] };
            for (const { ecuType, minimumVersion } of dependencies)
              expect((running.get(ecuType) ?? '') >= minimumVersion).toBe(true);
            running.set(step.ecuId, step.toVersion);
          }
          const done = verdict.steps.length + verdict.atTarget.length === releases.length;
          expect(done).toBe(verdict.reasons.length === 0);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('a dependency that is not met says why', () => {
  const bms = anEcu('BMS', '1.0.0');
  test.each<[string, ConfiguredEcu[], ReleaseDependency, string | undefined]>([
    [
      'no such ECU',
      [bms],
      needs('VCU', '2.0.0'),
      'BMS “2.0.0” on BMS needs VCU “2.0.0” or newer, and the vehicle has no VCU.',
    ],
    [
      'missing',
      [bms, anEcu('VCU', '2.0.0', { state: 'missing' })],
      needs('VCU', '2.0.0'),
      'BMS “2.0.0” on BMS needs VCU “2.0.0” or newer, and VCU was missing from the last report.',
    ],
    [
      'too old',
      [bms, anEcu('VCU', '1.9.0')],
      needs('VCU', '2.0.0'),
      'BMS “2.0.0” on BMS needs VCU “2.0.0” or newer, and VCU has “1.9.0”.',
    ],
    [
      'one of two too old',
      [bms, anEcu('VCU', '2.0.0'), anEcu('VCU-2', '1.9.0', { type: 'VCU' })],
      needs('VCU', '2.0.0'),
      'BMS “2.0.0” on BMS needs VCU “2.0.0” or newer, and VCU-2 has “1.9.0”.',
    ],
    [
      'unknown',
      [bms, anEcu('VCU', 'x')],
      needs('VCU', '2.0.0'),
      'BMS “2.0.0” on BMS needs VCU “2.0.0” or newer, and VCU has “x”, which the catalog does not know.',
    ],
    ['the same text, though unknown', [bms, anEcu('VCU', 'x')], needs('VCU', 'x'), undefined],
    [
      'brought by the campaign too late',
      [bms, anEcu('GW', '1.0.0')],
      needs('GW', '2.0.0', false),
      'BMS “2.0.0” on BMS needs GW “2.0.0” or newer installed before; GW has “1.0.0”, and a release of the same campaign may not bring it.',
    ],
    [
      'not by itself',
      [bms],
      needs('BMS', '1.5.0'),
      'BMS “2.0.0” on BMS needs BMS “1.5.0” or newer, and BMS has “1.0.0”.',
    ],
  ])('%s', (_name, ecus, dependency, sentence) => {
    const releases = [aRelease('BMS', '2.0.0', { dependencies: [dependency] })];
    if (ecus.some(({ type }) => type === 'GW')) releases.push(aRelease('GW', '2.0.0'));
    expect(decide({ ecus, releases }).reasons.map(describeReason)).toEqual(
      sentence === undefined ? [] : [sentence],
    );
  });

  test('a downgrade that would break what stays installed', () => {
    const { reasons } = decide({
      rollback: true,
      ecus: [anEcu('BMS', '2.0.0'), anEcu('VCU', '2.0.0')],
      releases: [aRelease('BMS', '1.0.0')],
      catalog: [
        { ...bms2, rollbackTo: ['1.0.0'] },
        aRelease('VCU', '2.0.0', { dependencies: [needs('BMS', '2.0.0')] }),
      ],
    });
    expect(reasons.map(describeReason)).toEqual([
      'BMS “1.0.0” on BMS would go below BMS “2.0.0”, which VCU with “2.0.0” needs.',
    ]);
  });
});
