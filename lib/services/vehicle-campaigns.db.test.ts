import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { ValidationError } from '#lib/errors.ts';
import { exportVehicleCampaignsCsv } from './export-vehicle-campaigns-csv.ts';
import { exportVehicleTimelineCsv } from './export-vehicle-timeline-csv.ts';
import { getVehicle } from './get-vehicle.ts';
import { getVehicleCampaigns } from './get-vehicle-campaigns.ts';
import { registerVehicle } from './register-vehicle.ts';
import { personContext } from './testing.ts';

const vin = 'WVWZZZ1JZXW000001';
const count = 250;

let db: TestDatabase;
const ctx = () => personContext(db);
beforeAll(async () => {
  db = await createTestDatabase();
  await registerVehicle(ctx(), { vin, model: 'A', modelYear: 2025, region: 'AT', timeZone: 'Europe/Vienna' });
  const numbers = Array.from({ length: count }, (_, index) => index);
  await db.prisma.campaign.createMany({
    data: numbers.map((index) => ({
      id: `c${index}`,
      name: `Campaign ${index}`,
      definition: {},
      createdBy: 'u',
      createdByName: 'U',
    })),
  });
  // Three of them at each instant, so that a page ends between equals.
  await db.prisma.assignment.createMany({
    data: numbers.map((index) => ({
      campaignId: `c${index}`,
      vin,
      wave: 0,
      state: 'confirmed',
      updatedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, Math.floor(index / 3))),
    })),
  });
});
afterAll(() => db.drop());

it('are paged to their end, each once, the one that changed last first', async () => {
  const { campaigns } = await getVehicle(ctx(), { vin });
  expect(campaigns).toMatchObject({ total: count, rows: { length: 100 } });
  const found = campaigns.rows.map((row) => row);
  for (let cursor = campaigns.next; cursor !== null; ) {
    const page = await getVehicleCampaigns(ctx(), { vin, cursor });
    expect(page.total).toBe(count);
    found.push(...page.rows);
    cursor = page.next;
  }
  expect(new Set(found.map(({ campaignId }) => campaignId)).size).toBe(count);
  expect(found).toHaveLength(count);
  const instants = found.map(({ updatedAt }) => updatedAt.getTime());
  expect(instants).toEqual(instants.toSorted((a, b) => b - a));
  await expect(getVehicleCampaigns(ctx(), { vin, cursor: 'made up' })).rejects.toBeInstanceOf(
    ValidationError,
  );
});

it('have their timeline in a CSV of its own, and so has all that happened to the vehicle', async () => {
  await db.prisma.timelineEvent.createMany({
    data: Array.from({ length: 1_200 }, (_, index) => ({
      vin,
      at: new Date(Date.UTC(2026, 0, 1, 0, 0, index)),
      kind: 'notified',
      campaignId: `c${index % 2}`,
    })),
  });
  const rowsOf = async (campaignId?: string) => {
    const csv = await text(await exportVehicleTimelineCsv(ctx(), { vin, campaignId }));
    return csv.trim().split('\n').slice(1);
  };
  expect((await rowsOf()).filter((row) => row.includes('notified'))).toHaveLength(1_200);
  const ofFirst = await rowsOf('c0');
  expect(ofFirst).toHaveLength(600);
  expect(ofFirst[0]).toContain('Campaign 0');
});

it('are all in the CSV', async () => {
  const csv = await text(await exportVehicleCampaignsCsv(ctx(), { vin }));
  expect(csv.trim().split('\n')).toHaveLength(count + 1);
});
