import { describe, expect, it } from 'vitest';
import { nextTickAt } from './assignment-clock.ts';
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

describe('phase clocks', () => {
  it('run only while the vehicle is online', () => {
    const offline = nextOf(decide(inState('downloading'), { kind: 'wentOffline' }, minutesAfter(200)));
    expect(nextTickAt(offline, POLICY, minutesAfter(200))).toBeNull();
    expect(decide(offline, { kind: 'tick' }, minutesAfter(10_000)).kind).toBe('unchanged');
    const back = nextOf(decide(offline, { kind: 'wentOnline' }, minutesAfter(10_000)));
    expect(nextTickAt(back, POLICY, minutesAfter(10_000))).toEqual(minutesAfter(10_040));
    expect(decide(back, { kind: 'tick' }, minutesAfter(10_039)).kind).toBe('unchanged');
    expect(nextOf(decide(back, { kind: 'tick' }, minutesAfter(10_040)))).toMatchObject({
      state: 'timed_out',
      reasonCode: 'downloading_timeout',
      failureClass: 'timeout',
    });
  });

  it('begin anew with each phase', () => {
    const verified = nextOf(decide(inState('downloading'), status('verified'), minutesAfter(239)));
    expect(decide(verified, { kind: 'tick' }, minutesAfter(478)).kind).toBe('unchanged');
    expect(nextOf(decide(verified, { kind: 'tick' }, minutesAfter(479))).reasonCode).toBe('verified_timeout');
    const offline = nextOf(decide(inState('downloading'), { kind: 'wentOffline' }, minutesAfter(200)));
    const later = nextOf(decide(offline, status('verified'), minutesAfter(300)));
    expect(later).toMatchObject({ phaseOnlineMs: 0, clockSince: null });
  });

  it('ring no retry after the campaign has ended: the failure stands', () => {
    const failed = { ...inState('failed'), reasonCode: 'flash_error', retryAt: minutesAfter(10) };
    const ended = { ...POLICY, campaignEndedAt: minutesAfter(9) };
    const next = nextOf(decide(failed, { kind: 'tick' }, minutesAfter(11), ended));
    expect(next).toMatchObject({ state: 'failed', attempt: 1, reasonCode: 'flash_error', retryAt: null });
    expect(nextTickAt(next, ended, minutesAfter(11))).toBeNull();
  });

  it('run for everybody once the campaign has ended', () => {
    const offline = nextOf(decide(inState('downloading'), { kind: 'wentOffline' }, minutesAfter(1)));
    const ended = { ...POLICY, campaignEndedAt: minutesAfter(1000) };
    expect(decide(offline, { kind: 'tick' }, minutesAfter(1239), ended).kind).toBe('unchanged');
    expect(nextOf(decide(offline, { kind: 'tick' }, minutesAfter(1240), ended)).state).toBe('timed_out');
  });

  it('repeat an offer that is not acknowledged, in the same attempt', () => {
    const due = nextOf(decide(inState('delivered'), { kind: 'tick' }, minutesAfter(30)));
    expect(due).toMatchObject({ state: 'delivered', attempt: 1, dueAt: minutesAfter(30) });
    expect(decide(due, { kind: 'tick' }, minutesAfter(90)).kind).toBe('unchanged');
    const again = nextOf(decide(due, { kind: 'published', attempt: 1, online: true }, minutesAfter(91)));
    expect(again).toMatchObject({ state: 'delivered', offers: 2, dueAt: null, notifiedAt: T0 });
  });
});

describe('cancellation', () => {
  it('is published, repeated to a returning vehicle, and settled without an answer', () => {
    const cancelling = nextOf(
      decide(inState('downloading'), { kind: 'cancelRequested', code: 'aborted' }, T0),
    );
    expect(decide(cancelling, { kind: 'wentOnline' }, T0)).toMatchObject({
      effects: [{ kind: 'publishCancellation' }],
    });
    expect(nextOf(decide(cancelling, { kind: 'tick' }, minutesAfter(30)))).toMatchObject({
      state: 'cancelled',
      reasonCode: 'cancelled_unanswered',
    });
  });

  it('is not honoured once installation has begun', () => {
    const cancelling = nextOf(decide(inState('verified'), { kind: 'cancelRequested', code: 'aborted' }, T0));
    const installing = nextOf(decide(cancelling, status('installing'), minutesAfter(1)));
    expect(nextOf(decide(installing, inventory('at_target')))).toMatchObject({
      state: 'confirmed',
      late: false,
    });
  });

  it('is taken back by a resume: unanswered or answered, the offer is made again', () => {
    const cancelling = nextOf(
      decide(inState('downloading'), { kind: 'cancelRequested', code: 'paused' }, T0),
    );
    const resumed = nextOf(decide(cancelling, { kind: 'repended', asked: true }, minutesAfter(1)));
    expect(resumed).toMatchObject({ state: 'downloading', cancelRequestedAt: null, dueAt: minutesAfter(1) });
    expect(nextOf(decide(resumed, status('cancelled'), minutesAfter(2)))).toMatchObject({
      state: 'pending',
      attempt: 1,
      returns: 1,
      dueAt: minutesAfter(2),
    });
    const answered = nextOf(decide(cancelling, status('cancelled')));
    expect(nextOf(decide(answered, { kind: 'repended', asked: true }))).toMatchObject({
      state: 'pending',
      attempt: 1,
      cancelRequestedAt: null,
    });
  });

  it('stops a retry that waits', () => {
    const waiting = inState('failed', { retryAt: minutesAfter(60) });
    expect(nextOf(decide(waiting, { kind: 'cancelRequested', code: 'aborted' }))).toMatchObject({
      state: 'failed',
      retryAt: null,
    });
  });
});

describe('after the campaign’s end', () => {
  const ended = { ...POLICY, campaignEndedAt: T0 };

  it('settles an answer that asks for an offer nobody will make', () => {
    const deferred = nextOf(
      decide(inState('acknowledged', { lastPhase: 'received' }), status('deferred'), T0, ended),
    );
    expect(nextOf(decide(deferred, { kind: 'tick' }, minutesAfter(1), ended))).toMatchObject({
      state: 'timed_out',
      reasonCode: 'campaign_ended',
    });
    expect(nextTickAt(deferred, ended, minutesAfter(1))).toEqual(minutesAfter(1));
    expect(nextOf(decide(inState('notified'), { kind: 'tick' }, minutesAfter(1), ended)).state).toBe(
      'unreachable',
    );
  });

  it('makes no further attempt and no return to pending', () => {
    expect(decide(inState('failed'), { kind: 'retryRequested' }, T0, ended).kind).toBe('recorded');
    expect(decide(inState('deferred'), { kind: 'repended', asked: true }, T0, ended).kind).toBe('recorded');
  });
});
