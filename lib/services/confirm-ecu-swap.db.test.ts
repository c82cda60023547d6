import { expect, it } from 'vitest';
import { controlledEngine } from '#lib/worker/engine/control-testing.ts';
import { seedFleet, vehicleOf } from '#lib/worker/engine/testing.ts';
import { findBrokenAuditEntry } from './audit.ts';
import { confirmEcuSwap } from './confirm-ecu-swap.ts';
import { previewCampaign } from './preview-campaign.ts';
import { whyNotVehicle } from './why-not-vehicle.ts';

const engine = await controlledEngine();
const { database, begin, said } = engine;

async function swap(vin: string, ecuId: string): Promise<void> {
  await database.prisma.ecu.update({
    where: { vin_ecuId: { vin, ecuId } },
    data: { serial: 'S2', swappedAt: engine.harness.clock.now() },
  });
  await database.prisma.vehicleState.update({ where: { vin }, data: { configurationKey: `swapped ${vin}` } });
}

it('holds a vehicle whose ECU was swapped until a person confirms it, ECU by ECU', async () => {
  const { harness } = engine;
  const [vin = '', twin = ''] = await seedFleet(harness, { count: 2 });
  await swap(vin, 'BMS');
  await swap(vin, 'VCU');
  const campaignId = await begin();
  expect(said(vin)).toEqual([]);
  const why = async () => (await whyNotVehicle(harness.ctx, { campaignId, vin })).reasons;
  expect(await why()).toMatchObject([{ code: 'ecu_swapped', ecuId: 'BMS', temporary: true }]);

  const confirmed = await confirmEcuSwap(harness.ctx, { vin, ecuIds: ['BMS'], comment: 'workshop order 7' });
  expect(confirmed).toEqual({ vin, ecuIds: ['BMS'] });
  // As the engine does when it is told that a person changed the vehicle.
  await vehicleOf(harness, vin).goes(true);
  await harness.settle();
  expect(said(vin)).toMatchObject([{ campaignId }]);

  await confirmEcuSwap(harness.ctx, { vin, comment: 'workshop order 7' });
  const keys = await database.prisma.vehicleState.findMany({ select: { configurationKey: true } });
  expect(new Set(keys.map(({ configurationKey }) => configurationKey)).size).toBe(1);
  const again = confirmEcuSwap(harness.ctx, { vin, comment: 'once more' });
  await expect(again).rejects.toMatchObject({ code: 'conflict' });
  const none = confirmEcuSwap(harness.ctx, { vin: twin, ecuIds: ['BMS'], comment: 'not swapped' });
  await expect(none).rejects.toMatchObject({ code: 'conflict' });

  expect(
    await database.prisma.timelineEvent.findMany({
      where: { kind: 'ecu_confirmed' },
      orderBy: { id: 'asc' },
    }),
  ).toMatchObject([
    { vin, detail: 'BMS: workshop order 7' },
    { vin, detail: 'VCU: workshop order 7' },
  ]);
  expect(await database.prisma.auditEntry.count({ where: { action: 'vehicle.confirm_ecu' } })).toBe(2);
  expect(await database.prisma.$transaction((tx) => findBrokenAuditEntry(tx))).toBeNull();
  expect((await previewCampaign(harness.ctx, { campaignId })).exclusions).toEqual({});
});
