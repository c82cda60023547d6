import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aCatalog, anEcu, aRelease, needs } from './catalog.fixture.ts';
import type { CatalogRelease } from './catalog.ts';
import type { ConfiguredEcu } from './configuration.ts';
import { describeReason, REASON_LABELS } from './describe-reason.ts';
import {
  type ConfigurationVerdict,
  decideConfiguration,
  decideEligibility,
  type EligibilityInput,
  type EligibilityVehicle,
} from './eligibility.ts';
import { EXCLUSION_CODES, type ExclusionCode, ExclusionReason, isTemporary } from './exclusion-reason.ts';
import { CampaignState } from './states.ts';

type Case = {
  ecus: ConfiguredEcu[];
  releases: CatalogRelease[];
  catalog?: CatalogRelease[];
  rollback?: boolean;
};

function decide({ ecus, releases, catalog = [], rollback = false }: Case): ConfigurationVerdict {
  return decideConfiguration({ ecus }, { releases, rollback }, aCatalog([...releases, ...catalog]));
}

const codes = (reasons: readonly ExclusionReason[]) => reasons.map(({ code }) => code);
const bms2 = aRelease('BMS', '2.0.0');
const seen = new Set<ExclusionCode>();

function expectReasons(reasons: readonly ExclusionReason[], expected: readonly ExclusionCode[]): void {
  for (const reason of reasons) {
    expect(ExclusionReason.parse(reason)).toEqual(reason);
    expect(describeReason(reason)).toMatch(/^[A-Z“].*\.$/);
    expect(describeReason(reason)).not.toMatch(/undefined|\[object/);
    seen.add(reason.code);
  }
  expect(codes(reasons)).toEqual(expected);
}

describe('reasons of a configuration', () => {
  test.each<[string, Case, ExclusionCode[]]>([
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
  ])('%s', (_name, input, expected) => {
    const verdict = decide(input);
    expectReasons(verdict.reasons, expected);
    if (expected.length > 0) expect(verdict.steps).toEqual([]);
  });
});

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

const now = new Date('2026-11-23T12:00:00Z');
const step = { ecuId: 'BMS', ecuType: 'BMS', releaseId: 'r', fromVersion: '1', toVersion: '2' };
const steps: ConfigurationVerdict = { steps: [step], atTarget: [], reasons: [] };
const atTarget: ConfigurationVerdict = {
  steps: [],
  atTarget: [{ ecuId: 'BMS', releaseId: 'r' }],
  reasons: [],
};
const other = { campaignId: 'c9', campaignName: 'Nine' };

function input(
  vehicle: Partial<EligibilityVehicle> = {},
  more: Partial<EligibilityInput> = {},
): EligibilityInput {
  return {
    vehicle: {
      retired: false,
      registrationComplete: true,
      skilledPersonOnly: false,
      tcuReplaced: false,
      targeted: true,
      declined: false,
      wave: { name: 'Canary', begun: true },
      window: { open: true },
      ...vehicle,
    },
    verdict: steps,
    campaign: { state: 'running', schedule: {}, offerAgainAfterRefusal: false },
    offersStopped: false,
    now,
    ...more,
  };
}

const running = input().campaign;
const alone: [ExclusionCode, EligibilityInput, boolean][] = [
  ['not_targeted', input({ targeted: false }), false],
  ['retired', input({ retired: true }), false],
  ['incomplete_registration', input({ registrationComplete: false }), false],
  ['skilled_person_only', input({ skilledPersonOnly: true }), false],
  ['no_inventory', input({}, { verdict: undefined }), true],
  ['tcu_replaced', input({ tcuReplaced: true }), true],
  ['blocked_partial', input({ blockedEcuIds: ['BMS'] }), true],
  ['declined_by_owner', input({ declined: true }), false],
  [
    'before_start',
    input({}, { campaign: { ...running, schedule: { startAt: '2026-11-23T12:00:00.001Z' } } }),
    true,
  ],
  ['after_end', input({}, { campaign: { ...running, schedule: { endAt: '2026-11-23T12:00:00Z' } } }), false],
  ['offers_stopped', input({}, { offersStopped: true }), true],
  ['not_in_wave', input({ wave: { name: 'Rest', begun: false } }), true],
  ['not_in_wave', input({ wave: undefined }), false],
  ['outside_window', input({ window: { open: false, opensAt: new Date('2026-11-24T01:00:00Z') } }), true],
  ['outside_window', input({ window: { open: false } }), true],
  ['vehicle_busy', input({ busyWith: other }), true],
  ['overlap_lost', input({ overlapLostTo: { ...other, waits: true } }), true],
  ['overlap_lost', input({ overlapLostTo: { ...other, waits: false } }), false],
  ...CampaignState.options
    .filter((state) => state !== 'running')
    .map((state): [ExclusionCode, EligibilityInput, boolean] => [
      'campaign_not_running',
      input({}, { campaign: { ...running, state } }),
      state !== 'completed' && state !== 'aborted',
    ]),
];

describe('reasons of a vehicle', () => {
  test.each(alone)('%s alone', (code, given, temporary) => {
    const decision = decideEligibility(given);
    expect(decision).toMatchObject({ kind: 'excluded', temporary, reasons: [{ code }] });
    if (decision.kind === 'excluded') expectReasons(decision.reasons, [code]);
  });

  test('none: eligible with the steps', () => {
    expect(decideEligibility(input())).toEqual({ kind: 'eligible', steps: [step] });
    const again = input({ declined: true }, { campaign: { ...running, offerAgainAfterRefusal: true } });
    expect(decideEligibility(again).kind).toBe('eligible');
    const within = { startAt: '2026-11-23T12:00:00Z', endAt: '2026-11-23T12:00:00.001Z' };
    expect(decideEligibility(input({}, { campaign: { ...running, schedule: within } })).kind).toBe(
      'eligible',
    );
  });

  test('all at once, with those of the configuration', () => {
    const verdict = decide({ ecus: [anEcu('BMS', '3.0.0')], releases: [bms2] });
    const decision = decideEligibility({
      vehicle: {
        retired: true,
        registrationComplete: false,
        skilledPersonOnly: true,
        tcuReplaced: true,
        blockedEcuIds: [],
        targeted: false,
        declined: true,
        busyWith: other,
        overlapLostTo: { ...other, waits: true },
        wave: undefined,
        window: { open: false },
      },
      verdict,
      campaign: {
        state: 'paused',
        schedule: { startAt: '2027-01-01T00:00:00Z', endAt: '2026-01-01T00:00:00Z' },
        offerAgainAfterRefusal: false,
      },
      offersStopped: true,
      now,
    });
    expect(decision).toMatchObject({ kind: 'excluded', temporary: false });
    if (decision.kind !== 'excluded') return;
    expectReasons(decision.reasons, [
      'not_targeted',
      'retired',
      'incomplete_registration',
      'skilled_person_only',
      'tcu_replaced',
      'blocked_partial',
      'declined_by_owner',
      'newer_installed',
      'campaign_not_running',
      'before_start',
      'after_end',
      'offers_stopped',
      'not_in_wave',
      'outside_window',
      'vehicle_busy',
      'overlap_lost',
    ]);
  });

  test.each(alone)('%s beside another reason: both', (code, given) => {
    const decision = decideEligibility({ ...given, vehicle: { ...given.vehicle, busyWith: other } });
    expect(decision.kind === 'excluded' && new Set(codes(decision.reasons))).toEqual(
      new Set([code, 'vehicle_busy']),
    );
  });

  test('at the target it is already installed, at any time, unless it is out of scope', () => {
    for (const [code, given] of alone) {
      const decision = decideEligibility({ ...given, verdict: atTarget });
      if (['not_targeted', 'retired', 'incomplete_registration', 'tcu_replaced'].includes(code)) {
        if (decision.kind !== 'excluded') throw new Error(code);
        expectReasons(decision.reasons, [code, 'already_installed']);
      } else expect(decision).toEqual({ kind: 'already_installed' });
    }
  });
});

test('every reason was met by the tables above, has a label, and is temporary or not', () => {
  expect([...seen].sort()).toEqual([...EXCLUSION_CODES].sort());
  expect(Object.keys(REASON_LABELS).sort()).toEqual([...EXCLUSION_CODES].sort());
  expect(isTemporary({ code: 'already_installed' })).toBe(false);
});
