import { describe, expect, it } from 'vitest';
import {
  decide,
  inState,
  inventory,
  minutesAfter,
  nextOf,
  POLICY,
  status,
  T0,
} from './assignment-fixture.ts';
import type { AssignmentEvent } from './assignment-snapshot.ts';

const RETRYING = {
  ...POLICY,
  retry: { retries: { installation: 2, timeout: 1 }, backOffMinutes: 5, backOffFactor: 2 },
};

describe('proof', () => {
  it('marks a confirmation of a settled assignment as late', () => {
    expect(nextOf(decide(inState('timed_out'), inventory('at_target')))).toMatchObject({
      state: 'confirmed',
      late: true,
    });
    expect(nextOf(decide(inState('installing'), inventory('at_target')))).toMatchObject({
      state: 'confirmed',
      late: false,
    });
  });

  it('does not take a report as proof against a later claim', () => {
    const claimed = nextOf(
      decide(inState('installing'), status('installed', { order: { epoch: 1, sequence: 300 } })),
    );
    expect(decide(claimed, inventory('not_at_target', 299)).kind).toBe('unchanged');
    expect(nextOf(decide(claimed, inventory('not_at_target', 301)))).toMatchObject({
      state: 'failed',
      reasonCode: 'unproven',
    });
  });

  it('takes a report of a later epoch as newer, whatever its sequence', () => {
    const replaced: AssignmentEvent = {
      kind: 'inventory',
      order: { epoch: 2, sequence: 1 },
      verdict: { kind: 'at_target' },
    };
    expect(nextOf(decide(inState('installed'), replaced)).state).toBe('confirmed');
  });

  it('makes the device’s own word of already_installed firm, then sees a regression', () => {
    const firm = nextOf(decide(inState('already_installed'), inventory('at_target')));
    expect(firm).toMatchObject({ state: 'already_installed', provisional: false });
    expect(nextOf(decide(firm, inventory('not_at_target', 201)))).toMatchObject({ state: 'regressed' });
  });

  it('asks for a report after a claim', () => {
    expect(decide(inState('installing'), status('installed'))).toMatchObject({
      effects: [{ kind: 'requestReport' }],
    });
  });

  it('never retries an unproven success by itself', () => {
    expect(nextOf(decide(inState('installed'), inventory('not_at_target'), T0, RETRYING)).retryAt).toBeNull();
  });
});

describe('failure and retry', () => {
  it('waits for the back-off of its failure class, then raises the attempt', () => {
    const failed = nextOf(
      decide(inState('installing'), status('failed', { code: 'flash_error' }), T0, RETRYING),
    );
    expect(failed).toMatchObject({ failureClass: 'installation', retryAt: minutesAfter(5) });
    expect(decide(failed, { kind: 'tick' }, minutesAfter(4), RETRYING).kind).toBe('unchanged');
    const again = nextOf(decide(failed, { kind: 'tick' }, minutesAfter(5), RETRYING));
    expect(again).toMatchObject({
      state: 'pending',
      attempt: 2,
      dueAt: minutesAfter(5),
      reasonCode: null,
      accepted: true,
    });
    const second = { ...inState('installing'), attempt: 2 };
    const event = status('failed', { code: 'flash_error', attempt: 2 });
    expect(nextOf(decide(second, event, T0, RETRYING)).retryAt).toEqual(minutesAfter(10));
    const third = { ...second, attempt: 3 };
    expect(nextOf(decide(third, { ...event, attempt: 3 }, T0, RETRYING)).retryAt).toBeNull();
  });

  it('blocks the vehicle on a failed rollback, names its ECUs and never retries it by itself', () => {
    const decision = decide(
      inState('rolled_back'),
      status('failed', { code: 'partial', partialEcus: ['BMS', 'VCU'] }),
      T0,
      RETRYING,
    );
    expect(decision).toMatchObject({
      next: { reasonCode: 'partial', partialEcus: ['BMS', 'VCU'], retryAt: null },
    });
    expect(decision).toMatchObject({
      effects: [{ kind: 'blockVehicle', ecuIds: ['BMS', 'VCU'] }, { kind: 'requestReport' }],
    });
  });

  it('sees mixed ECUs after a claimed rollback as partial', () => {
    const event: AssignmentEvent = {
      kind: 'inventory',
      order: { epoch: 1, sequence: 200 },
      verdict: { kind: 'partial', ecuIds: ['BMS'] },
    };
    expect(decide(inState('rolled_back'), event)).toMatchObject({
      next: { state: 'failed', reasonCode: 'partial' },
      effects: [{ kind: 'blockVehicle', ecuIds: ['BMS'] }],
    });
  });

  it('keeps the reason when a rollback follows a failure', () => {
    expect(nextOf(decide(inState('failed'), status('rolled_back')))).toMatchObject({
      state: 'rolled_back',
      reasonCode: 'flash_error',
    });
  });

  it('does not retry in a campaign that has ended or is being cancelled', () => {
    const event = status('failed', { code: 'flash_error' });
    const ended = { ...RETRYING, campaignEndedAt: T0 };
    expect(nextOf(decide(inState('installing'), event, T0, ended)).retryAt).toBeNull();
    expect(
      nextOf(decide(inState('installing', { cancelRequestedAt: T0 }), event, T0, RETRYING)).retryAt,
    ).toBeNull();
  });
});

describe('deferral and refusal', () => {
  it('returns to pending when the deferral is over, and tells old answers from new ones', () => {
    const deferred = nextOf(
      decide(inState('delivered'), status('deferred', { order: { epoch: 1, sequence: 20 } }), T0),
    );
    const pending = nextOf(decide(deferred, { kind: 'tick' }, minutesAfter(5)));
    expect(pending).toMatchObject({ state: 'pending', attempt: 1, returns: 1, dueAt: minutesAfter(5) });
    const notified = nextOf(
      decide(pending, { kind: 'published', attempt: 1, online: true }, minutesAfter(6)),
    );
    expect(decide(notified, status('deferred', { order: { epoch: 1, sequence: 20 } }))).toMatchObject({
      kind: 'recorded',
      timeline: [{ recorded: 'out_of_order' }],
    });
    expect(nextOf(decide(notified, status('received', { order: { epoch: 1, sequence: 21 } }))).state).toBe(
      'acknowledged',
    );
  });

  it('offers a refused update again only where the campaign or a person asks', () => {
    const event: AssignmentEvent = { kind: 'repended', asked: false };
    expect(decide(inState('declined'), event).kind).toBe('recorded');
    expect(
      nextOf(decide(inState('declined'), event, T0, { ...POLICY, offerAgainAfterRefusal: true })),
    ).toMatchObject({ state: 'pending', attempt: 1 });
  });
});

describe('stale messages', () => {
  it('of an earlier attempt leave a row and nothing else, a failed rollback too', () => {
    const second = inState('downloading', { attempt: 2 });
    for (const event of [
      status('failed', { code: 'partial' }),
      status('installed'),
      status('downloading', { progress: 90 }),
    ]) {
      expect(decide(second, event)).toMatchObject({
        kind: 'recorded',
        timeline: [{ recorded: 'stale_attempt', attempt: 1 }],
      });
    }
    expect(decide(second, { kind: 'receipt', attempt: 1 }).kind).toBe('recorded');
    expect(decide(second, { kind: 'published', attempt: 1, online: true }).kind).toBe('recorded');
  });
});

describe('races', () => {
  it('takes an answer that is stored before its offer is', () => {
    const answered = nextOf(decide(inState('pending'), status('accepted'), T0));
    expect(answered).toMatchObject({ state: 'acknowledged', clockSince: T0 });
    const published = nextOf(
      decide(answered, { kind: 'published', attempt: 1, online: true }, minutesAfter(1)),
    );
    expect(published).toMatchObject({ state: 'acknowledged', notifiedAt: minutesAfter(1), offers: 1 });
  });

  it('asks for the vehicle’s own document when an announcement is answered', () => {
    expect(nextOf(decide(inState('notified'), status('requested'), T0))).toMatchObject({
      state: 'acknowledged',
      dueAt: T0,
    });
  });

  it('goes on with progress, never back', () => {
    const half = nextOf(decide(inState('downloading'), status('downloading', { progress: 50 })));
    expect(half.progress).toBe(50);
    const older = status('downloading', { progress: 20, order: { epoch: 1, sequence: 99 } });
    expect(decide(half, older)).toMatchObject({ kind: 'recorded', timeline: [{ recorded: 'duplicate' }] });
  });
});
