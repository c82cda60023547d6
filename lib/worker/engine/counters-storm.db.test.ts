import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { createTestDatabase } from '#e2e/fixtures/database.ts';
import { readCounters, recount } from '#lib/db/engine/counters.ts';
import { inTransaction } from '#lib/db/engine/transaction.ts';
import { OtaPhase } from '#lib/protocol/ota-status.ts';
import { applyAssignmentEvents, type OccurredEvent } from '#lib/services/apply-assignment-events.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { previewCampaign } from '#lib/services/preview-campaign.ts';
import { startCampaign } from '#lib/services/start-campaign.ts';
import { createHarness, seedFleet, seedRelease } from './testing.ts';

const database = await createTestDatabase({ pipeline: true });
afterAll(() => database.drop());
const VEHICLES = 12;

const status = fc.record({
  vehicle: fc.integer({ min: 0, max: VEHICLES - 1 }),
  phase: fc.constantFrom(...OtaPhase.options),
  attempt: fc.constantFrom(1, 1, 1, 2),
  sequence: fc.integer({ min: 2, max: 60 }),
  code: fc.constantFrom(undefined, 'flash_error', 'download_failed', 'partial'),
});
const other = fc.record({
  vehicle: fc.integer({ min: 0, max: VEHICLES - 1 }),
  event: fc.constantFrom<OccurredEvent['event']>(
    { kind: 'receipt', attempt: 1 },
    { kind: 'published', attempt: 1, online: true },
    { kind: 'wentOffline' },
    { kind: 'wentOnline' },
    { kind: 'tick' },
    { kind: 'cancelRequested', code: 'paused' },
    { kind: 'repended', asked: true },
    { kind: 'retryRequested' },
    { kind: 'inventory', order: { epoch: 1, sequence: 70 }, verdict: { kind: 'at_target' } },
    { kind: 'inventory', order: { epoch: 1, sequence: 71 }, verdict: { kind: 'not_at_target' } },
  ),
});

it('keeps counters equal to a recount and one timeline row a message, in any order and repetition', async () => {
  const harness = await createHarness(database);
  const vins = await seedFleet(harness, { count: VEHICLES });
  await seedRelease(database, 'bms-2');
  const { campaignId } = await createCampaign(harness.ctx, {
    name: 'Storm',
    releaseIds: ['bms-2'],
    retry: { retries: { installation: 2, download: 1 } },
    errorThreshold: { rate: 1, minimumSample: 1 },
  });
  const { digest, reviewed } = await previewCampaign(harness.ctx, { campaignId });
  await startCampaign(harness.ctx, { campaignId, digest, reviewed });
  await harness.settle();

  const batch = fc.array(fc.oneof({ weight: 3, arbitrary: status }, { weight: 1, arbitrary: other }), {
    minLength: 1,
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 3 }), async (batches) => {
      for (const [shard, events] of batches.entries()) {
        harness.clock.advance(1);
        const now = harness.clock.now();
        await inTransaction(database.pool, (client) =>
          applyAssignmentEvents(
            client,
            events.map((event): OccurredEvent => {
              const about = { vin: vins[event.vehicle] ?? '', campaignId, receivedAt: now };
              if ('event' in event) return { ...about, event: event.event };
              const { phase, attempt, sequence, code } = event;
              const order = { epoch: 1, sequence };
              return { ...about, event: { kind: 'status', attempt, order, phase, code }, epoch: 1, sequence };
            }),
            { now, shard },
          ),
        );
      }
      expect(await readCounters(database.pool, campaignId)).toEqual(await recount(database.pool, campaignId));
      const total = await database.pool.query(
        'SELECT sum(count)::int AS count, min(count)::int AS least FROM (SELECT sum(count) AS count FROM assignment_counters WHERE campaign_id = $1 GROUP BY wave, state, acknowledged) AS c',
        [campaignId],
      );
      expect(total.rows[0]).toMatchObject({ count: VEHICLES });
      expect(total.rows[0]?.least).toBeGreaterThanOrEqual(0);
      const doubled = await database.pool.query(
        'SELECT vin, sequence FROM timeline_events WHERE sequence IS NOT NULL GROUP BY vin, epoch, sequence HAVING count(*) > 1',
      );
      expect(doubled.rows).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
