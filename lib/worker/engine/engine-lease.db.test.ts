import { describe, expect, it } from 'vitest';
import { lockAssignments } from '#lib/db/engine/assignment-rows.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import { newAssignment } from '#lib/domain/assignment-snapshot.ts';
import { LEASE_MS } from './carry-out.ts';
import { controlledEngine } from './control-testing.ts';
import { seedFleet, statesOf, vehicleOf } from './testing.ts';

const engine = await controlledEngine();
const { database, begin, stateOf, inSync } = engine;

/** Does something once while the first offer is on its way to the broker. */
function meanwhile(work: (campaignId: string) => Promise<unknown>): void {
  engine.harness.broken.during = async () => {
    engine.harness.broken.during = undefined;
    const { id } = await database.prisma.campaign.findFirstOrThrow({ orderBy: { createdAt: 'desc' } });
    await work(id);
  };
}

describe('an offer that is on its way', () => {
  it('is read as the claim left it: planned, and due when its lease runs out', async () => {
    const [vin = ''] = await seedFleet(engine.harness, { count: 1 });
    const from = engine.harness.clock.now().getTime();
    meanwhile(async (campaignId) => {
      const [row] = await inTransaction(database.pool, (client) =>
        lockAssignments(client, 'campaign_id = $1 AND vin = $2', [campaignId, vin]),
      );
      const claimedAt = row?.claimedAt ?? new Date(0);
      expect(claimedAt.getTime()).toBeGreaterThanOrEqual(from);
      expect({ ...row?.snapshot, phaseAt: claimedAt }).toEqual({
        ...newAssignment(claimedAt),
        dueAt: new Date(claimedAt.getTime() + LEASE_MS),
      });
      expect(row).toMatchObject({ reasonDetail: null, cancelDueAt: null, urlsDueAt: null });
      expect(row?.leasedBy).not.toBeNull();
    });
    const campaignId = await begin();
    expect(await stateOf(campaignId, vin)).toBe('notified');
    await inSync(campaignId);
  });

  it('keeps what its vehicle says before the broker has answered', async () => {
    const vins = await seedFleet(engine.harness, { count: 3 });
    const [vin = ''] = vins;
    meanwhile((campaignId) => vehicleOf(engine.harness, vin).says(campaignId, 'accepted'));
    const campaignId = await begin();
    expect(await statesOf(database, campaignId)).toEqual({ notified: 2, acknowledged: 1 });
    expect(await stateOf(campaignId, vin)).toBe('acknowledged');
    await inSync(campaignId);
  });

  it('is nobody else’s before its lease has run out', async () => {
    const vins = await seedFleet(engine.harness, { count: 3 });
    meanwhile(async () => {
      await (await engine.harness.core.dispatch(engine.harness.clock.now)).finished;
    });
    const campaignId = await begin();
    await engine.harness.settle();
    expect(engine.harness.received.map(({ vin }) => vin).sort()).toEqual(vins);
    await inSync(campaignId);
  });
});
