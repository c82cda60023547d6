import { expect, it } from 'vitest';
import { decideAssignment } from './assignment.ts';
import { inState, POLICY, status } from './assignment-fixture.ts';
import {
  all,
  LONG_AFTER,
  OPEN,
  OPEN_BEFORE_INSTALLED,
  type TableRow,
  testTable,
  UNPROVEN,
} from './assignment-table.ts';
import { AssignmentState } from './states.ts';

const ROWS: TableRow[] = [
  {
    name: 'received',
    event: status('received'),
    moves: all(['pending', 'notified', 'delivered'], 'acknowledged'),
    otherwise: 'recorded',
  },
  {
    name: 'requested',
    event: status('requested'),
    moves: all(['pending', 'notified', 'delivered'], 'acknowledged'),
    otherwise: 'recorded',
  },
  {
    name: 'accepted',
    event: status('accepted'),
    moves: all(['pending', 'notified', 'delivered', 'deferred'], 'acknowledged'),
    otherwise: 'recorded',
  },
  {
    name: 'deferred',
    event: status('deferred'),
    moves: all(['pending', 'notified', 'delivered'], 'deferred'),
    otherwise: 'recorded',
  },
  {
    name: 'downloading',
    event: status('downloading', { progress: 50 }),
    moves: all(
      ['pending', 'deferred', 'notified', 'delivered', 'acknowledged', 'downloading'],
      'downloading',
    ),
    otherwise: 'recorded',
  },
  {
    name: 'verified',
    event: status('verified'),
    moves: all(['pending', 'deferred', 'notified', 'delivered', 'acknowledged', 'downloading'], 'verified'),
    otherwise: 'recorded',
  },
  {
    name: 'verified of one ECU',
    event: status('verified', { ecuId: 'BMS' }),
    moves: {},
    otherwise: 'recorded',
  },
  {
    name: 'installing',
    event: status('installing', { ecuId: 'BMS' }),
    moves: all(OPEN_BEFORE_INSTALLED, 'installing'),
    otherwise: 'recorded',
  },
  {
    name: 'rebooting',
    event: status('rebooting'),
    moves: all(OPEN_BEFORE_INSTALLED, 'installing'),
    otherwise: 'recorded',
  },
  {
    name: 'installed',
    event: status('installed'),
    moves: all(OPEN_BEFORE_INSTALLED, 'installed'),
    otherwise: 'recorded',
  },
  {
    name: 'installed of one ECU',
    event: status('installed', { ecuId: 'BMS' }),
    moves: {},
    otherwise: 'recorded',
  },
  {
    name: 'already_installed',
    event: status('already_installed'),
    moves: {
      ...all(['pending', 'deferred', 'notified', 'delivered'], 'already_installed'),
      ...all(['acknowledged', 'downloading', 'verified', 'installing'], 'installed'),
    },
    otherwise: 'recorded',
  },
  ...(['not_applicable', 'declined', 'rejected', 'cancelled'] as const).map((phase) => ({
    name: phase,
    event: status(phase),
    moves: all(OPEN_BEFORE_INSTALLED, phase),
    otherwise: 'recorded' as const,
  })),
  {
    name: 'failed',
    event: status('failed', { code: 'flash_error' }),
    moves: all([...OPEN, ...UNPROVEN], 'failed'),
    otherwise: 'recorded',
  },
  {
    name: 'rolled_back',
    event: status('rolled_back'),
    moves: all([...OPEN, ...UNPROVEN, 'failed'], 'rolled_back'),
    otherwise: 'recorded',
  },
  {
    name: 'failed (partial)',
    event: status('failed', { partialEcus: ['BMS'] }),
    moves: all([...OPEN, ...UNPROVEN, 'failed', 'rolled_back'], 'failed'),
    otherwise: 'recorded',
  },
  {
    name: 'status of another attempt',
    event: status('installing', { attempt: 2 }),
    moves: {},
    otherwise: 'recorded',
  },
];

testTable(ROWS);

it('leaves exactly one timeline row for each status', () => {
  for (const row of ROWS) {
    for (const state of AssignmentState.options) {
      const decision = decideAssignment(inState(state), row.event, POLICY, LONG_AFTER);
      expect(decision.kind === 'unchanged' ? 0 : decision.timeline.length).toBe(1);
    }
  }
});
