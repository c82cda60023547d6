import { all, OPEN, same, type TableRow, testTable } from './assignment-table.ts';
import { AssignmentState } from './states.ts';

const order = { epoch: 1, sequence: 100 };

const ROWS: TableRow[] = [
  {
    name: 'published',
    event: { kind: 'published', attempt: 1, online: true },
    moves: {
      pending: 'notified',
      ...same('notified', 'delivered', 'acknowledged', 'downloading', 'verified', 'installing', 'installed'),
    },
    otherwise: 'recorded',
  },
  {
    name: 'receipt',
    event: { kind: 'receipt', attempt: 1 },
    moves: { pending: 'delivered', notified: 'delivered' },
    otherwise: 'recorded',
  },
  {
    name: 'inventory at target',
    event: { kind: 'inventory', order, verdict: { kind: 'at_target' } },
    moves: {
      ...all(AssignmentState.options, 'confirmed'),
      ...all(['pending', 'excluded', 'already_installed'], 'already_installed'),
      confirmed: undefined,
    },
    otherwise: 'unchanged',
  },
  {
    name: 'inventory not at target',
    event: { kind: 'inventory', order, verdict: { kind: 'not_at_target' } },
    moves: { installed: 'failed', already_installed: 'failed', confirmed: 'regressed' },
    otherwise: 'unchanged',
  },
  {
    name: 'inventory partly at target',
    event: { kind: 'inventory', order, verdict: { kind: 'partial', ecuIds: ['BMS'] } },
    moves: {
      ...all(['installed', 'failed', 'rolled_back', 'already_installed'], 'failed'),
      confirmed: 'regressed',
    },
    otherwise: 'unchanged',
  },
  {
    name: 'inventory no newer than the state',
    event: { kind: 'inventory', order: { epoch: 0, sequence: 0 }, verdict: { kind: 'at_target' } },
    moves: {},
    otherwise: 'unchanged',
  },
  { name: 'wentOnline', event: { kind: 'wentOnline' }, moves: {}, otherwise: 'unchanged' },
  {
    name: 'wentOffline',
    event: { kind: 'wentOffline' },
    moves: same(
      'notified',
      'delivered',
      'acknowledged',
      'downloading',
      'verified',
      'installing',
      'installed',
    ),
    otherwise: 'unchanged',
  },
  {
    name: 'tick when every clock has run out',
    event: { kind: 'tick' },
    moves: {
      ...same('notified', 'delivered'),
      ...all(['acknowledged', 'downloading', 'verified', 'installing', 'installed'], 'timed_out'),
      deferred: 'pending',
    },
    otherwise: 'unchanged',
  },
  {
    name: 'cancelRequested',
    event: { kind: 'cancelRequested', code: 'by_person' },
    moves: {
      ...all(['pending', 'deferred'], 'cancelled'),
      ...same('notified', 'delivered', 'acknowledged', 'downloading', 'verified'),
    },
    otherwise: 'recorded',
  },
  {
    name: 'cancelled',
    event: { kind: 'cancelled', code: 'tcu_retired' },
    moves: all(OPEN, 'cancelled'),
    otherwise: 'recorded',
  },
  {
    name: 'retryRequested',
    event: { kind: 'retryRequested' },
    moves: all(['failed', 'rolled_back', 'timed_out'], 'pending'),
    otherwise: 'recorded',
  },
  {
    name: 'excluded',
    event: { kind: 'excluded', code: 'release_withdrawn' },
    moves: all(['pending', 'deferred'], 'excluded'),
    otherwise: 'recorded',
  },
  {
    name: 'repended',
    event: { kind: 'repended', asked: false },
    moves: all(['deferred', 'excluded'], 'pending'),
    otherwise: 'recorded',
  },
  {
    name: 'repended, asked by a person',
    event: { kind: 'repended', asked: true },
    moves: all(['deferred', 'excluded', 'declined', 'cancelled'], 'pending'),
    otherwise: 'recorded',
  },
  {
    name: 'campaignEnded, stop offering',
    event: { kind: 'campaignEnded', behaviour: 'stop_offering', waveBegun: true },
    moves: { ...all(['pending', 'notified', 'delivered'], 'unreachable'), deferred: 'timed_out' },
    otherwise: 'unchanged',
  },
  {
    name: 'campaignEnded before the wave began',
    event: { kind: 'campaignEnded', behaviour: 'stop_offering', waveBegun: false },
    moves: { pending: 'cancelled', ...all(['notified', 'delivered'], 'unreachable'), deferred: 'timed_out' },
    otherwise: 'unchanged',
  },
  {
    name: 'campaignEnded, cancel not begun',
    event: { kind: 'campaignEnded', behaviour: 'cancel_not_begun', waveBegun: true },
    moves: {
      ...all(['pending', 'notified', 'delivered'], 'unreachable'),
      deferred: 'timed_out',
      ...same('acknowledged'),
    },
    otherwise: 'unchanged',
  },
  {
    name: 'campaignEnded, cancel all',
    event: { kind: 'campaignEnded', behaviour: 'cancel_all', waveBegun: true },
    moves: {
      ...all(['pending', 'notified', 'delivered'], 'unreachable'),
      deferred: 'timed_out',
      ...same('acknowledged', 'downloading', 'verified'),
    },
    otherwise: 'unchanged',
  },
];

testTable(ROWS);
