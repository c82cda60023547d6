import { afterAll, beforeEach, expect } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { readCounters, recount } from '#lib/db/engine/counters.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { previewCampaign } from '#lib/services/preview-campaign.ts';
import { resumeCampaign } from '#lib/services/resume-campaign.ts';
import { startCampaign } from '#lib/services/start-campaign.ts';
import { createHarness, type EngineHarness, seedRelease } from './testing.ts';

export type Draft = Partial<Parameters<typeof createCampaign>[1]>;

export type Control = {
  database: TestDatabase;
  /** That of the test that runs: the real engine, on an emptied database with the release `bms-2`. */
  readonly harness: EngineHarness;
  /** Starts a campaign and lets the engine come to rest. */
  begin(draft?: Draft): Promise<string>;
  resume(campaignId: string): Promise<void>;
  /** What was signed for a vehicle, oldest first. */
  said(vin: string): EngineHarness['received'][number]['update']['signed'][];
  stateOf(campaignId: string, vin: string): Promise<string>;
  campaignOf(id: string): ReturnType<TestDatabase['prisma']['campaign']['findUniqueOrThrow']>;
  /** Expects the counters to equal a recount. */
  inSync(campaignId: string): Promise<void>;
};

/** One database for the tests of a file, emptied before each, and the deeds that they share. */
export async function controlledEngine(): Promise<Control> {
  const database = await createTestDatabase({ pipeline: true });
  afterAll(() => database.drop());
  let harness: EngineHarness;
  beforeEach(async () => {
    await database.pool.query(
      `TRUNCATE vehicles, vehicle_states, ecus, campaigns, releases, artifacts, ecu_types, settings, timeline_events,
         assignment_counters, director_documents, announcements, jobs, join_queue, alert_channels CASCADE`,
    );
    harness = await createHarness(database);
    await seedRelease(database, 'bms-2');
  });
  const reviewed = async (campaignId: string) => {
    const { digest, reviewed: seen } = await previewCampaign(harness.ctx, { campaignId });
    return { campaignId, digest, reviewed: seen };
  };

  return {
    database,
    get harness() {
      return harness;
    },
    async begin(draft = {}) {
      const named = { name: 'BMS 2', releaseIds: ['bms-2'], ...draft };
      const { campaignId } = await createCampaign(harness.ctx, named);
      await startCampaign(harness.ctx, await reviewed(campaignId));
      await harness.settle();
      return campaignId;
    },
    async resume(campaignId) {
      await resumeCampaign(harness.ctx, await reviewed(campaignId));
      await harness.settle();
    },
    said: (vin) => harness.received.filter((one) => one.vin === vin).map(({ update }) => update.signed),
    async stateOf(campaignId, vin) {
      const where = { campaignId_vin: { campaignId, vin } };
      return (await database.prisma.assignment.findUniqueOrThrow({ where })).state;
    },
    campaignOf: (id) => database.prisma.campaign.findUniqueOrThrow({ where: { id } }),
    async inSync(campaignId) {
      expect(await readCounters(database.pool, campaignId)).toEqual(await recount(database.pool, campaignId));
    },
  };
}
