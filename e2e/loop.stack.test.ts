import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Behaviour } from '#lib/tcu/behaviour.ts';
import { type Loop, startLoop } from './fixtures/loop.ts';

const waiting = { timeout: 30_000, interval: 100 };
const fates = ['good-1', 'good-2', 'good-3', 'has-it', 'refuses', 'fails', 'rolls-back', 'late'] as const;
type Fate = (typeof fates)[number];

const behaviours: Partial<Record<Fate, Partial<Behaviour>>> = {
  refuses: { answer: () => ({ kind: 'decline', code: 'owner_declined' }) },
  fails: { write: async () => ({ ok: false, code: 'flash_timeout', damaged: false }) },
  'rolls-back': { activate: async () => ({ ok: false, code: 'self_test_failed', damaged: true }) },
};
const ends: Record<Fate, string> = {
  'good-1': 'confirmed',
  'good-2': 'confirmed',
  'good-3': 'confirmed',
  'has-it': 'already_installed',
  refuses: 'declined',
  fails: 'failed',
  'rolls-back': 'rolled_back',
  late: 'confirmed',
};

const cases = [
  { delivery: 'targeted', qos: 0 },
  { delivery: 'targeted', qos: 1 },
  { delivery: 'targeted', qos: 2 },
  { delivery: 'broadcast', qos: 0 },
  { delivery: 'broadcast', qos: 1 },
  { delivery: 'broadcast', qos: 2 },
] as const;

/** Each case has vehicles and an ECU type of its own. */
const vinOf = (number: number, fate: Fate) =>
  `WVWZZZ1JZ${number}${String(fates.indexOf(fate)).padStart(7, '0')}`;
const typeOf = (number: number) => `GATEWAY-${number}`;

describe.each([
  { broker: 'embedded', moreWorkers: 0, receipts: true },
  { broker: 'mosquitto', moreWorkers: 1, receipts: false },
] as const)('the loop on the $broker broker', ({ broker, moreWorkers, receipts }) => {
  let loop: Loop;

  beforeAll(async () => {
    const vehicles = cases.flatMap((_, number) =>
      fates.map((fate) => [vinOf(number, fate), { [typeOf(number)]: fate === 'has-it' ? '2.0.0' : '1.0.0' }]),
    );
    loop = await startLoop({ broker, moreWorkers, vehicles: Object.fromEntries(vehicles) });
  });
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.log(loop.stack.output());
  });
  afterAll(() => loop?.stop());

  /** ECU versions of a case's vehicles, as the backend knows them. */
  async function versions(number: number): Promise<Record<string, string>> {
    const rows = await loop.database.prisma.ecu.findMany({ where: { type: typeOf(number) } });
    return Object.fromEntries(rows.map((row) => [row.vin, row.softwareVersion]));
  }

  test.each(cases.map((of, number) => [`${of.delivery} at QoS ${of.qos}`, { ...of, number }] as const))(
    '%s',
    async (_, { number, delivery, qos }) => {
      const vin = (fate: Fate) => vinOf(number, fate);
      for (const fate of fates) loop.drive(vin(fate), behaviours[fate]);
      await vi.waitFor(
        async () => expect(Object.keys(await versions(number))).toHaveLength(fates.length),
        waiting,
      );
      const late = loop.vehicle(vin('late'));
      await loop.park(late.vin);
      await vi.waitFor(async () => expect(await online(late.vin)).toBe(false), waiting);

      const releaseId = await loop.release(typeOf(number), '2.0.0');
      const campaignId = await loop.start({
        name: `${delivery} at QoS ${qos}`,
        releaseIds: [releaseId],
        target: { kind: 'ecu', ecuType: typeOf(number) },
        waves: [{ name: 'All', size: { kind: 'rest' }, gate: { successThreshold: 0.5, minimumSample: 1 } }],
        errorThreshold: { rate: 1, minimumSample: 100 },
        delivery,
        qos,
        spreadSeconds: 0,
      });
      const expected = Object.fromEntries(fates.map((fate) => [vin(fate), ends[fate]]));
      await vi.waitFor(
        async () => expect(await loop.states(campaignId)).toEqual({ ...expected, [late.vin]: 'pending' }),
        waiting,
      );

      loop.drive(late.vin);
      await vi.waitFor(async () => expect(await loop.states(campaignId)).toEqual(expected), waiting);
      const installed = fates.filter((fate) => ['confirmed', 'already_installed'].includes(ends[fate]));
      expect(await versions(number)).toEqual(
        Object.fromEntries(fates.map((fate) => [vin(fate), installed.includes(fate) ? '2.0.0' : '1.0.0'])),
      );
      const campaign = () => loop.database.prisma.campaign.findUniqueOrThrow({ where: { id: campaignId } });
      await vi.waitFor(async () => expect((await campaign()).state).toBe('completed'), waiting);

      for (const fate of ['good-1', 'late'] as const) {
        const steps = await loop.timeline(vin(fate), campaignId);
        const latencies = (kind: string, phase: string | null = null) =>
          steps.filter((step) => step.kind === kind && step.phase === phase).map((step) => step.latencyMs);
        expect(latencies('notified').length).toBeGreaterThan(0);
        for (const latency of latencies('notified'))
          expect(latency, 'accepted by the broker').toBeGreaterThanOrEqual(0);
        if (receipts && qos > 0) expect(latencies('delivered').at(-1)).toBeGreaterThanOrEqual(0);
        else expect(latencies('delivered'), 'delivery is not observable').toEqual([]);
        // An offer that travels twice, as QoS 1 and a request beside a publication bring about, is answered twice.
        expect(latencies('status', 'received').length, 'acknowledged').toBeGreaterThan(0);
        expect(latencies('status', 'received')).not.toContain(null);
        for (const phase of ['accepted', 'verified', 'installing', 'rebooting', 'installed'])
          expect(latencies('status', phase), phase).toHaveLength(1);
        expect(steps.filter(({ toState, fromState }) => toState !== fromState).at(-1)).toMatchObject({
          kind: 'inventory',
          toState: 'confirmed',
        });
        const { deliveredAt } = await loop.database.prisma.assignment.findUniqueOrThrow({
          where: { campaignId_vin: { campaignId, vin: vin(fate) } },
        });
        expect(deliveredAt !== null).toBe(receipts && qos > 0);
      }
    },
  );

  test('every worker has done its share', async () => {
    await vi.waitFor(async () => {
      const workers = await loop.database.prisma.processHeartbeat.findMany({ where: { name: 'worker' } });
      expect(workers).toHaveLength(1 + moreWorkers);
      for (const { details } of workers) {
        expect(details).toMatchObject({ state: 'active', shared: broker === 'mosquitto' });
        expect(Reflect.get(Object(details), 'messages')).toBeGreaterThan(0);
      }
    }, waiting);
  });

  async function online(vin: string): Promise<boolean | undefined> {
    const state = await loop.database.prisma.vehicleState.findUnique({ where: { vin } });
    return state?.online;
  }
});
