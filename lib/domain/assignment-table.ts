import { describe, expect, it } from 'vitest';
import { decideAssignment } from './assignment.ts';
import { inState, minutesAfter, POLICY } from './assignment-fixture.ts';
import type { AssignmentEvent } from './assignment-snapshot.ts';
import { AssignmentState } from './states.ts';

/** State → state where something is stored; a state that maps to itself changes in its fields only. */
export type Moves = Partial<Record<AssignmentState, AssignmentState>>;

export interface TableRow {
  name: string;
  event: AssignmentEvent;
  moves: Moves;
  /** What happens in every state that `moves` does not name: the forbidden and the meaningless. */
  otherwise: 'recorded' | 'unchanged';
}

export const OPEN_BEFORE_INSTALLED: AssignmentState[] = [
  'pending',
  'deferred',
  'notified',
  'delivered',
  'acknowledged',
  'downloading',
  'verified',
  'installing',
];
export const OPEN: AssignmentState[] = [...OPEN_BEFORE_INSTALLED, 'installed'];
/** Settled without proof: worse news still moves them. */
export const UNPROVEN: AssignmentState[] = [
  'not_applicable',
  'excluded',
  'declined',
  'rejected',
  'timed_out',
  'cancelled',
  'unreachable',
];

export function all(states: readonly AssignmentState[], to: AssignmentState): Moves {
  return Object.fromEntries(states.map((state) => [state, to]));
}

export function same(...states: AssignmentState[]): Moves {
  return Object.fromEntries(states.map((state) => [state, state]));
}

/** Long enough for every clock to have run out. */
export const LONG_AFTER = minutesAfter(100_000);

/** Tests each row in each of the states. */
export function testTable(rows: readonly TableRow[]): void {
  for (const row of rows) {
    describe(row.name, () => {
      it.each(AssignmentState.options)('in %s', (state) => {
        const snapshot = inState(state);
        const decision = decideAssignment(snapshot, row.event, POLICY, LONG_AFTER);
        const expected = row.moves[state];
        if (expected === undefined) {
          expect(decision.kind).toBe(row.otherwise);
          return;
        }
        expect(decision).toMatchObject({ kind: 'moved', next: { state: expected } });
        if (decision.kind === 'moved') expect(decision.next).not.toEqual(snapshot);
      });
    });
  }
}
