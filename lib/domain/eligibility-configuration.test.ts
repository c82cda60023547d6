import { expect, test } from 'vitest';
import { anEcu, aRelease, needs } from './catalog.fixture.ts';
import { CONFIGURATION_CODES, type ConfigurationCase, decide, expectReasons } from './eligibility.fixture.ts';
import type { ExclusionCode } from './exclusion-reason.ts';

const bms2 = aRelease('BMS', '2.0.0');

const cases: [string, ConfigurationCase, ExclusionCode[]][] = [
  ['fits', { ecus: [anEcu('BMS', '1.0.0')], releases: [bms2] }, []],
  ['unknown installed', { ecus: [anEcu('BMS', 'F152607110')], releases: [bms2] }, ['unknown_version']],
  [
    'unknown but listed',
    {
      ecus: [anEcu('BMS', 'x')],
      releases: [aRelease('BMS', '2.0.0', { fromVersions: { kind: 'list', versions: ['x'] } })],
    },
    [],
  ],
  [
    'unknown target',
    { ecus: [anEcu('BMS', '1.0.0')], releases: [aRelease('BMS', 'two')] },
    ['unknown_version'],
  ],
  [
    'hardware',
    { ecus: [anEcu('BMS', '1.0.0', { hardwareVersion: 'H2' })], releases: [bms2] },
    ['hardware_mismatch'],
  ],
  [
    'from',
    {
      ecus: [anEcu('BMS', '1.0.0')],
      releases: [aRelease('BMS', '2.0.0', { fromVersions: { kind: 'range', from: '1.5.0' } })],
    },
    ['from_version_not_allowed'],
  ],
  ['newer', { ecus: [anEcu('BMS', '3.0.0')], releases: [bms2] }, ['newer_installed']],
  ['equal rank, other text', { ecus: [anEcu('BMS', '2.0.0+b')], releases: [bms2] }, []],
  ['no such ECU', { ecus: [anEcu('VCU', '1.0.0')], releases: [bms2] }, ['no_such_ecu']],
  ['missing', { ecus: [anEcu('BMS', '1.0.0', { state: 'missing' })], releases: [bms2] }, ['ecu_missing']],
  [
    'missing at target',
    { ecus: [anEcu('BMS', '2.0.0', { state: 'missing' })], releases: [bms2] },
    ['ecu_missing'],
  ],
  ['swapped', { ecus: [anEcu('BMS', '1.0.0', { state: 'swapped' })], releases: [bms2] }, ['ecu_swapped']],
  ['fault', { ecus: [anEcu('BMS', '1.0.0', { status: 'fault' })], releases: [bms2] }, ['ecu_unhealthy']],
  [
    'updating',
    { ecus: [anEcu('BMS', '1.0.0', { status: 'updating' })], releases: [bms2] },
    ['ecu_unhealthy'],
  ],
  [
    'degraded may be what the update heals',
    { ecus: [anEcu('BMS', '1.0.0', { status: 'degraded' })], releases: [bms2] },
    [],
  ],
  [
    'withdrawn',
    { ecus: [anEcu('BMS', '1.0.0')], releases: [{ ...bms2, state: 'withdrawn' }] },
    ['release_withdrawn'],
  ],
  [
    'draft',
    { ecus: [anEcu('BMS', '1.0.0')], releases: [{ ...bms2, state: 'draft' }] },
    ['release_not_released'],
  ],
  [
    'skilled',
    { ecus: [anEcu('BMS', '1.0.0')], releases: [{ ...bms2, skilledPersonOnly: true }] },
    ['skilled_person_only'],
  ],
  [
    'withdrawn, but at target',
    { ecus: [anEcu('BMS', '2.0.0')], releases: [{ ...bms2, state: 'withdrawn' }] },
    [],
  ],
  ['a fault at target', { ecus: [anEcu('BMS', '2.0.0', { status: 'fault' })], releases: [bms2] }, []],
  [
    'dependency too old',
    {
      ecus: [anEcu('BMS', '1.0.0'), anEcu('VCU', '1.0.0')],
      releases: [aRelease('BMS', '2.0.0', { dependencies: [needs('VCU', '2.0.0')] })],
    },
    ['dependency_unmet'],
  ],
  [
    'dependency absent',
    {
      ecus: [anEcu('BMS', '1.0.0')],
      releases: [aRelease('BMS', '2.0.0', { dependencies: [needs('VCU', '2.0.0')] })],
    },
    ['dependency_unmet'],
  ],
  [
    'dependency missing',
    {
      ecus: [anEcu('BMS', '1.0.0'), anEcu('VCU', '3.0.0', { state: 'missing' })],
      releases: [aRelease('BMS', '2.0.0', { dependencies: [needs('VCU', '2.0.0')] })],
    },
    ['dependency_unmet'],
  ],
  [
    'dependency unknown',
    {
      ecus: [anEcu('BMS', '1.0.0'), anEcu('VCU', 'x')],
      releases: [aRelease('BMS', '2.0.0', { dependencies: [needs('VCU', '2.0.0')] })],
    },
    ['dependency_unmet'],
  ],
  [
    'dependency held',
    {
      ecus: [anEcu('BMS', '1.0.0'), anEcu('VCU', '2.0.0')],
      releases: [aRelease('BMS', '2.0.0', { dependencies: [needs('VCU', '2.0.0', false)] })],
    },
    [],
  ],
  [
    'not in the same campaign',
    {
      ecus: [anEcu('BMS', '1.0.0'), anEcu('VCU', '1.0.0')],
      releases: [
        aRelease('BMS', '2.0.0', { dependencies: [needs('VCU', '2.0.0', false)] }),
        aRelease('VCU', '2.0.0'),
      ],
    },
    ['dependency_unmet'],
  ],
  [
    'cycle',
    {
      ecus: [anEcu('BMS', '1.0.0'), anEcu('VCU', '1.0.0')],
      releases: [
        aRelease('BMS', '2.0.0', { dependencies: [needs('VCU', '2.0.0')] }),
        aRelease('VCU', '2.0.0', { dependencies: [needs('BMS', '2.0.0')] }),
      ],
    },
    ['dependency_unmet'],
  ],
  [
    'own type must be there before',
    {
      ecus: [anEcu('BMS', '1.0.0')],
      releases: [aRelease('BMS', '2.0.0', { dependencies: [needs('BMS', '1.5.0')] })],
    },
    ['dependency_unmet'],
  ],
  [
    'rollback allowed',
    {
      rollback: true,
      ecus: [anEcu('BMS', '2.0.0')],
      releases: [aRelease('BMS', '1.0.0')],
      catalog: [{ ...bms2, rollbackTo: ['1.0.0'], state: 'withdrawn' }],
    },
    [],
  ],
  [
    'rollback whose target is from another version',
    {
      rollback: true,
      ecus: [anEcu('BMS', '2.0.0')],
      releases: [aRelease('BMS', '1.0.0', { fromVersions: { kind: 'list', versions: ['0.9.0'] } })],
      catalog: [{ ...bms2, rollbackTo: ['1.0.0'] }],
    },
    [],
  ],
  [
    'rollback not allowed',
    {
      rollback: true,
      ecus: [anEcu('BMS', '2.0.0')],
      releases: [aRelease('BMS', '1.0.0')],
      catalog: [{ ...bms2, rollbackTo: ['1.1.0'] }],
    },
    ['rollback_not_allowed'],
  ],
  [
    'rollback from no release',
    { rollback: true, ecus: [anEcu('BMS', '2.0.0')], releases: [aRelease('BMS', '1.0.0')] },
    ['rollback_not_allowed'],
  ],
  [
    'rollback from unknown',
    { rollback: true, ecus: [anEcu('BMS', 'x')], releases: [aRelease('BMS', '1.0.0')] },
    ['unknown_version'],
  ],
  [
    'downgrade that another ECU cannot bear',
    {
      rollback: true,
      ecus: [anEcu('BMS', '2.0.0'), anEcu('VCU', '2.0.0')],
      releases: [aRelease('BMS', '1.0.0')],
      catalog: [
        { ...bms2, rollbackTo: ['1.0.0'] },
        aRelease('VCU', '2.0.0', { dependencies: [needs('BMS', '2.0.0')] }),
      ],
    },
    ['dependency_unmet'],
  ],
  [
    'everything at once',
    {
      ecus: [anEcu('BMS', '3.0.0', { hardwareVersion: 'H9', status: 'fault', state: 'swapped' })],
      releases: [
        aRelease('BMS', '2.0.0', {
          state: 'withdrawn',
          skilledPersonOnly: true,
          fromVersions: { kind: 'list', versions: ['1.0.0'] },
          dependencies: [needs('VCU', '1.0.0')],
        }),
        aRelease('GW', '1.0.0'),
      ],
    },
    [
      'release_withdrawn',
      'skilled_person_only',
      'ecu_swapped',
      'ecu_unhealthy',
      'hardware_mismatch',
      'newer_installed',
      'from_version_not_allowed',
      'no_such_ecu',
      'dependency_unmet',
    ],
  ],
  [
    'rollback from a draft',
    {
      rollback: true,
      ecus: [anEcu('BMS', '2.0.0')],
      releases: [aRelease('BMS', '1.0.0')],
      catalog: [{ ...bms2, rollbackTo: ['1.0.0'], state: 'draft' }],
    },
    ['rollback_not_allowed'],
  ],
];

test.each(cases)('%s', (_name, input, expected) => {
  const verdict = decide(input);
  expectReasons(verdict.reasons, expected);
  if (expected.length > 0) expect(verdict.steps).toEqual([]);
});

test('each reason of a configuration stands alone in one of them', () => {
  const alone = cases.map(([, , expected]) => expected).filter(({ length }) => length === 1);
  expect(new Set(alone.flat())).toEqual(new Set(CONFIGURATION_CODES));
});
