import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OtaPhase } from '../protocol/ota-status.ts';
import { decideAssignment } from './assignment.ts';
import { minutesAfter, POLICY, status, T0 } from './assignment-fixture.ts';
import { isFinal, rankOf } from './assignment-rank.ts';
import {
  type AssignmentEvent,
  type AssignmentSnapshot,
  type InventoryVerdict,
  newAssignment,
  type StatusEvent,
} from './assignment-snapshot.ts';
import { EndBehaviour } from './campaign-definition.ts';
import { counterDeltas, counterKeyOf, sumDeltas } from './counters.ts';

const POLICY_WITH_RETRY = {
  ...POLICY,
  retry: {
    retries: { installation: 2, download: 1, timeout: 2, other: 1 },
    backOffMinutes: 5,
    backOffFactor: 2,
  },
};

const order = fc.record({ epoch: fc.integer({ min: 1, max: 2 }), sequence: fc.integer({ min: 1, max: 40 }) });
const attempt = fc.integer({ min: 1, max: 4 });
const statusEvent: fc.Arbitrary<StatusEvent> = fc.record({
  kind: fc.constant('status' as const),
  attempt,
  order,
  phase: fc.constantFrom(...OtaPhase.options),
  ecuId: fc.option(fc.constantFrom('BMS', 'VCU'), { nil: undefined }),
  code: fc.option(fc.constantFrom('flash_error', 'hash_mismatch', 'partial'), { nil: undefined }),
});
const inventoryEvent: fc.Arbitrary<AssignmentEvent> = fc.record({
  kind: fc.constant('inventory' as const),
  order,
  verdict: fc.constantFrom<InventoryVerdict>(
    { kind: 'at_target' },
    { kind: 'not_at_target' },
    { kind: 'partial', ecuIds: ['BMS'] },
  ),
});
const otherEvent: fc.Arbitrary<AssignmentEvent> = fc.oneof(
  fc.record({ kind: fc.constant('published' as const), attempt, online: fc.boolean() }),
  fc.record({ kind: fc.constant('receipt' as const), attempt }),
  fc.constantFrom<AssignmentEvent>(
    { kind: 'wentOnline' },
    { kind: 'wentOffline' },
    { kind: 'tick' },
    { kind: 'cancelRequested', code: 'by_person' },
    { kind: 'cancelled', code: 'tcu_retired' },
    { kind: 'retryRequested' },
    { kind: 'excluded', code: 'withdrawn' },
    { kind: 'repended', asked: true },
    { kind: 'repended', asked: false },
  ),
);
const anyEvent = fc.oneof({ weight: 3, arbitrary: statusEvent }, inventoryEvent, {
  weight: 2,
  arbitrary: otherEvent,
});
/** Events with the minutes that pass before each. */
const history = fc.array(fc.tuple(anyEvent, fc.nat({ max: 400 })), { maxLength: 60 });

interface Step {
  before: AssignmentSnapshot;
  event: AssignmentEvent;
  after: AssignmentSnapshot;
}

function run(events: readonly (readonly [AssignmentEvent, number])[], start = newAssignment(T0)): Step[] {
  let before = start;
  let minutes = 0;
  return events.map(([event, wait]) => {
    minutes += wait;
    const decision = decideAssignment(before, event, POLICY_WITH_RETRY, minutesAfter(minutes));
    const step = { before, event, after: decision.kind === 'moved' ? decision.next : before };
    before = step.after;
    return step;
  });
}

/** Besides these, an offer that is due again returns when the vehicle answers its withdrawn cancellation. */
const MAY_RETURN = ['deferred', 'declined', 'excluded', 'cancelled'];

function last(steps: readonly Step[]): AssignmentSnapshot {
  return steps.at(-1)?.after ?? newAssignment(T0);
}

describe('assignment: properties over any sequence of events', () => {
  it('never moves a state backwards within an attempt, but for an allowed return to pending and for proof', () => {
    fc.assert(
      fc.property(history, (events) => {
        for (const { before, event, after } of run(events)) {
          expect(after.attempt).toBeGreaterThanOrEqual(before.attempt);
          if (after.attempt !== before.attempt || event.kind === 'inventory') continue;
          const returned = after.returns > before.returns && after.state === 'pending';
          if (returned) expect(before.dueAt !== null || MAY_RETURN.includes(before.state)).toBe(true);
          else expect(rankOf(after)).toBeGreaterThanOrEqual(rankOf(before));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('confirms and regresses by inventory alone, and raises the attempt only after a failure', () => {
    fc.assert(
      fc.property(history, (events) => {
        for (const { before, event, after } of run(events)) {
          const proven = after.state === 'confirmed' || after.state === 'regressed';
          if (proven && before.state !== after.state) expect(event.kind).toBe('inventory');
          if (after.attempt > before.attempt)
            expect(['failed', 'rolled_back', 'timed_out']).toContain(before.state);
          if (after.partialEcus.length > 0)
            expect(after).toMatchObject({ state: 'failed', reasonCode: 'partial' });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('takes a repeated message as a row and nothing else', () => {
    fc.assert(
      fc.property(history, statusEvent, (events, event) => {
        const once = last(run([...events, [event, 0]]));
        const again = decideAssignment(once, event, POLICY_WITH_RETRY, minutesAfter(100_000));
        expect(again.kind).toBe('recorded');
      }),
      { numRuns: 2000 },
    );
  });

  it('settles every vehicle after the campaign’s end, whatever came before', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(...EndBehaviour.options), (events, behaviour) => {
        const endedAt = minutesAfter(100_000);
        const policy = { ...POLICY_WITH_RETRY, campaignEndedAt: endedAt };
        const end: AssignmentEvent = { kind: 'campaignEnded', behaviour, waveBegun: true };
        let snapshot = last(run(events));
        for (const [event, at] of [
          [end, 100_000],
          [{ kind: 'tick' }, 101_000],
          [{ kind: 'tick' }, 200_000],
        ] as const) {
          const decision = decideAssignment(snapshot, event, policy, minutesAfter(at));
          if (decision.kind === 'moved') snapshot = decision.next;
        }
        expect(isFinal(snapshot.state)).toBe(true);
        expect(snapshot).toMatchObject({ retryAt: null, dueAt: null });
      }),
      { numRuns: 2000 },
    );
  });

  it('comes to the same state in whatever order and how often a TCU’s messages arrive', () => {
    const outcomes: StatusEvent['phase'][][] = [
      ['installed'],
      ['failed'],
      ['failed', 'rolled_back'],
      ['rolled_back'],
      [],
    ];
    const told = fc.constantFrom(...outcomes).map((outcome) => {
      const phases: StatusEvent['phase'][] = [
        'received',
        'accepted',
        'downloading',
        'verified',
        'installing',
        'rebooting',
        ...outcome,
      ];
      return phases.map((phase, index) => status(phase, { order: { epoch: 1, sequence: index + 1 } }));
    });
    const arrivals = told.chain((messages) =>
      fc.tuple(
        fc.constant(messages),
        fc.array(fc.constantFrom(...messages), { maxLength: 10 }).chain((repeated) => {
          const sent = [...messages, ...repeated];
          return fc.shuffledSubarray(sent, { minLength: sent.length });
        }),
      ),
    );
    fc.assert(
      fc.property(arrivals, ([inOrder, arrived]) => {
        const expected = last(run(inOrder.map((event) => [event, 0])));
        const actual = last(run(arrived.map((event) => [event, 0])));
        expect([actual.state, actual.attempt]).toEqual([expected.state, expected.attempt]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('counters', () => {
  it('sum to a recount after any history of any fleet', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 2 }), history, fc.boolean()), { maxLength: 8 }),
        (fleet) => {
          const deltas = [];
          const recount: ReturnType<typeof sumDeltas> = [];
          for (const [wave, events, acknowledge] of fleet) {
            const start = newAssignment(T0);
            deltas.push(...counterDeltas(null, { ...start, wave }));
            const steps = run(events, start);
            for (const { before, after } of steps)
              deltas.push(...counterDeltas({ ...before, wave }, { ...after, wave }));
            const end = last(steps);
            const noted = acknowledge ? { ...end, acknowledgedFailure: true } : end;
            deltas.push(...counterDeltas({ ...end, wave }, { ...noted, wave }));
            const key = counterKeyOf({ ...noted, wave });
            const row = recount.find(
              (r) => r.wave === wave && r.state === key.state && r.acknowledged === key.acknowledged,
            );
            if (row) row.delta += 1;
            else recount.push({ ...key, delta: 1 });
          }
          const byKey = (row: { wave: number; state: string; acknowledged: boolean }) =>
            `${row.wave} ${row.state} ${row.acknowledged}`;
          const sorted = (rows: ReturnType<typeof sumDeltas>) =>
            rows.toSorted((a, b) => (byKey(a) < byKey(b) ? -1 : 1));
          expect(sorted(sumDeltas(deltas))).toEqual(sorted(recount));
          expect(recount.reduce((total, row) => total + row.delta, 0)).toBe(fleet.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});
