import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import { type ServiceContext, systemContext } from '#lib/services/context.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { previewCampaign } from '#lib/services/preview-campaign.ts';
import { startCampaign } from '#lib/services/start-campaign.ts';
import { startChild } from '#lib/stack/child.ts';
import { makeVehicle } from '#lib/tcu/catalog.ts';
import { createTestDatabase, type TestDatabase } from './fixtures/database.ts';
import { startStack, type TestStack } from './fixtures/stack.ts';

const vehicles = 24;
const fitted = (ecuType: string) =>
  Array.from({ length: vehicles }, (_, index) => index).filter((index) =>
    makeVehicle(index).ecus.some((ecu) => ecu.type === ecuType),
  );
const waiting = { timeout: 90_000, interval: 250 };

let database: TestDatabase;
let stack: TestStack;
let ctx: ServiceContext;
let forced: { decline: number; rollback: number; fail: number };

beforeAll(async () => {
  database = await createTestDatabase();
  const [decline = 0, rollback = 0, fail = 0] = fitted('BMS').filter(
    (index) => behind(index, 'BMS') && behind(index, 'ESC'),
  );
  forced = { decline, rollback, fail };
  stack = await startStack({
    databaseUrl: database.url,
    env: {
      FLEET_VEHICLES: String(vehicles),
      FLEET_ARGS: `--fail-rate 0 --decline-rate 0 --defer-rate 0 --rollback-rate 0 --offline-rate 0 --install-seconds 0.2 --duplicate-rate 0.2 --reorder-rate 0.2 --corrupt-rate 0.1 --power-cut-rate 0.3 --heartbeat-every 5 --force ${decline}=decline,${rollback}=rollback,${fail}=fail`,
    },
  });
  ctx = systemContext(database, 'test');
  const seed = startChild({
    name: 'seed',
    entry: 'prisma/seed.ts',
    args: ['--demo'],
    env: stack.env,
    onLine: () => undefined,
  });
  expect((await seed.exited).code).toBe(0);
  await stack.start('fleet', { args: ['--demo'] });
  await vi.waitFor(async () => {
    const { rows } = await database.pool.query('SELECT count(DISTINCT vin)::int AS n FROM ecus');
    expect(rows[0].n).toBe(vehicles);
  }, waiting);
});
afterAll(async () => {
  await stack?.stop();
  await database?.drop();
});

function behind(index: number, ecuType: string): boolean {
  const newest: Record<string, string> = { BMS: '39990-TLA-B010', ESC: 'F15260712A' };
  const ecu = makeVehicle(index).ecus.find((candidate) => candidate.type === ecuType);
  return ecu !== undefined && !ecu.softwareVersion.startsWith(newest[ecuType] ?? '');
}

async function run(ecuType: string, more: Partial<CampaignDefinition>): Promise<string> {
  const release = await database.prisma.release.findFirstOrThrow({
    where: { ecuType, state: 'released' },
    orderBy: { releaseCounter: 'desc' },
  });
  const definition = CampaignDefinition.parse({
    name: `${ecuType} of the test`,
    releaseIds: [release.id],
    waves: [{ name: 'All', size: { kind: 'rest' } }],
    errorThreshold: { rate: 1, minimumSample: 1_000 },
    ...more,
  });
  const { campaignId } = await createCampaign(ctx, definition);
  const { digest } = await previewCampaign(ctx, { campaignId });
  await startCampaign(ctx, { campaignId, digest });
  return campaignId;
}

async function states(campaignId: string): Promise<Map<string, string>> {
  const rows = await database.prisma.assignment.findMany({
    where: { campaignId },
    select: { vin: true, state: true },
  });
  return new Map(rows.map(({ vin, state }) => [vin, state]));
}

const finished = ['confirmed', 'declined', 'failed', 'rolled_back', 'already_installed', 'excluded'];

describe('report in, offer out, acknowledgment, download, installation, proof', () => {
  test.each([
    ['BMS', { delivery: 'targeted', qos: 2 }],
    ['ESC', { delivery: 'broadcast', qos: 1, spreadSeconds: 2 }],
  ] as const)('%s %o', async (ecuType, delivery) => {
    const campaignId = await run(ecuType, delivery);
    let now = new Map<string, string>();
    try {
      await vi.waitFor(async () => {
        now = await states(campaignId);
        expect(now.size).toBeGreaterThan(0);
        expect([...now.values()].filter((state) => !finished.includes(state))).toEqual([]);
      }, waiting);
    } catch (error) {
      const rows = await database.pool.query(
        "SELECT vin, at, kind, data FROM timeline_events WHERE kind <> 'registered' ORDER BY id DESC LIMIT 40",
      );
      console.log(now, rows.rows, stack.output().split('\n').slice(-40).join('\n'));
      throw error;
    }
    expect(now.get(makeVehicle(forced.decline).vin)).toBe('declined');
    expect(now.get(makeVehicle(forced.rollback).vin)).toBe('rolled_back');
    expect(now.get(makeVehicle(forced.fail).vin)).toBe('failed');
    const confirmed = [...now].filter(([, state]) => state === 'confirmed').map(([vin]) => vin);
    expect(confirmed.length).toBeGreaterThan(fitted(ecuType).length / 2);
    const delivered = await database.prisma.assignment.count({
      where: { campaignId, state: 'confirmed', deliveredAt: { not: null } },
    });
    expect(delivered).toBe(confirmed.length);
  });
});
