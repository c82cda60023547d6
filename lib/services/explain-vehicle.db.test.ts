import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { readNeighbours } from '#lib/db/queries/fleet-neighbours.ts';
import { systemContext } from './context.ts';
import { explainVehicle } from './explain-vehicle.ts';

const now = new Date('2026-11-23T12:00:00Z');
const vins = ['WRC000001A0000001', 'WRC000002A0000002', 'WRC000003A0000003'] as const;
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const { prisma } = database;
  for (const [index, vin] of vins.entries()) {
    await prisma.vehicle.create({
      data: {
        vin,
        model: index === 1 ? 'Borealis' : 'Aurora',
        modelYear: 2025,
        region: 'AT',
        timeZone: 'Europe/Vienna',
        complete: index !== 2,
      },
    });
    await prisma.vehicleState.create({ data: { vin } });
  }
  await prisma.ecu.create({
    data: {
      vin: vins[0],
      ecuId: 'BMS',
      type: 'BMS',
      hardwareVersion: 'H1',
      softwareVersion: '1.0.0',
      status: 'ok',
      changedAt: now,
    },
  });
  await prisma.ecuType.create({ data: { name: 'BMS', versionScheme: 'semver' } });
  await prisma.release.create({
    data: {
      id: 'r1',
      ecuType: 'BMS',
      version: '2.0.0',
      hardwareVersions: ['H2'],
      fromVersions: { kind: 'any' },
      preconditions: { parked: true, minimumBatteryPercent: 0, ignition: 'any' },
      state: 'released',
      createdBy: 'test',
    },
  });
  await prisma.campaign.create({
    data: {
      id: 'c1',
      name: 'Battery',
      state: 'paused',
      definition: {
        name: 'Battery',
        releaseIds: ['r1'],
        target: { kind: 'text', field: 'model', operator: '=', values: ['Aurora'] },
      },
      createdBy: 'test',
      createdByName: 'Test',
    },
  });
});
afterAll(() => database.drop());

const codesFor = async (vin: string) => {
  const [explanation] = await explainVehicle(
    systemContext(database, 'test', () => now),
    { vin },
  );
  return explanation?.reasons.map(({ code }) => code).sort();
};

test('every reason is told, not only the first one', async () => {
  expect(await codesFor(vins[0])).toEqual(['campaign_not_running', 'hardware_mismatch', 'not_in_wave']);
  expect(await codesFor(vins[1])).toEqual([
    'campaign_not_running',
    'no_inventory',
    'not_in_wave',
    'not_targeted',
  ]);
  expect(await codesFor(vins[2])).toEqual([
    'campaign_not_running',
    'incomplete_registration',
    'no_inventory',
    'not_in_wave',
  ]);
  await expect(codesFor('WRC00000ZA0000009')).rejects.toThrow('There is no vehicle');
});

test('neighbours follow the order of the list that the vehicle was opened from', async () => {
  const query = { filter: { kind: 'all' as const }, retired: false, sort: 'vin' as const, descending: false };
  const neighbours = (change: object, vin: string) =>
    readNeighbours(database.pool, { ...query, ...change }, vin, now);
  expect(await neighbours({}, vins[1])).toEqual({ previous: vins[0], next: vins[2] });
  expect(await neighbours({ descending: true }, vins[1])).toEqual({ previous: vins[2], next: vins[0] });
  expect(await neighbours({ sort: 'model' }, vins[2])).toEqual({ previous: vins[0], next: vins[1] });
  const aurora = { kind: 'text', field: 'model', operator: '=', values: ['Aurora'] };
  expect(await neighbours({ filter: aurora }, vins[0])).toEqual({ previous: null, next: vins[2] });
  expect(await neighbours({}, 'WRC00000ZA0000009')).toEqual({ previous: null, next: null });
});
