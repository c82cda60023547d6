import { describe, expect, test } from 'vitest';
import { anEcu, aRelease } from './catalog.fixture.ts';
import { REASON_LABELS } from './describe-reason.ts';
import { CONFIGURATION_CODES, codesOf, decide, expectReasons } from './eligibility.fixture.ts';
import {
  type ConfigurationVerdict,
  decideEligibility,
  type EligibilityInput,
  type EligibilityVehicle,
} from './eligibility.ts';
import { EXCLUSION_CODES, type ExclusionCode, isTemporary } from './exclusion-reason.ts';
import { CampaignState } from './states.ts';

const bms2 = aRelease('BMS', '2.0.0');
const now = new Date('2026-11-23T12:00:00Z');
const step = { ecuId: 'BMS', ecuType: 'BMS', releaseId: 'r', fromVersion: '1', toVersion: '2' };
const steps: ConfigurationVerdict = { steps: [step], atTarget: [], reasons: [] };
const atTarget: ConfigurationVerdict = {
  steps: [],
  atTarget: [{ ecuId: 'BMS', releaseId: 'r' }],
  reasons: [],
};
const other = { campaignId: 'c9', campaignName: 'Nine' };
const attempt = { state: 'failed', reasonCode: 'flash_error', retryAt: now, acknowledged: false } as const;

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
  ['excluded_by_person', input({ excludedBy: { by: 'Ada', comment: 'a press car' } }), false],
  ['attempt_over', input({ attempt: { ...attempt, retryAt: null } }), false],
  ['attempt_over', input({ attempt: { ...attempt, reasonCode: null, acknowledged: true } }), true],
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
    expect(decision.kind === 'excluded' && new Set(codesOf(decision.reasons))).toEqual(
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

test('every reason stands in a table, here or for configurations, and has a label', () => {
  const met = new Set<ExclusionCode>([
    ...CONFIGURATION_CODES,
    ...alone.map(([code]) => code),
    'already_installed',
  ]);
  expect([...met].sort()).toEqual([...EXCLUSION_CODES].sort());
  expect(Object.keys(REASON_LABELS).sort()).toEqual([...EXCLUSION_CODES].sort());
  expect(isTemporary({ code: 'already_installed' })).toBe(false);
});
