import type { Database } from '#lib/db/client.ts';
import { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import { systemContext } from '#lib/services/context.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { previewCampaign } from '#lib/services/preview-campaign.ts';
import { startCampaign } from '#lib/services/start-campaign.ts';
import { until } from './until.ts';

/** A released release of an ECU type of the bench fleet, with an artifact row; its file exists nowhere. */
export async function makeRelease(db: Database, ecuType: string, version: string): Promise<string> {
  const id = `bench-${ecuType}-${version}`;
  const sha256 = Buffer.from(id.padEnd(32, '.')).subarray(0, 32).toString('hex');
  const known = { versionScheme: 'dotted' };
  await db.prisma.ecuType.upsert({
    where: { name: ecuType },
    create: { name: ecuType, ...known },
    update: {},
  });
  await db.prisma.artifact.upsert({
    where: { sha256 },
    create: { sha256, length: 1_000_000n, fileName: `${id}.bin`, storeKey: sha256 },
    update: {},
  });
  const hardware = await db.pool.query<{ version: string }>(
    'SELECT DISTINCT hardware_version AS version FROM ecus WHERE type = $1',
    [ecuType],
  );
  await db.prisma.release.create({
    data: {
      id,
      ecuType,
      version,
      hardwareVersions: hardware.rows.map((row) => row.version),
      fromVersions: { kind: 'any' },
      preconditions: { parked: true, minimumBatteryPercent: 0, ignition: 'any' },
      state: 'released',
      releaseCounter: 1,
      artifactSha256: sha256,
      createdBy: 'bench',
    },
  });
  return id;
}

/** Creates and starts a campaign through the services, as an operator does. */
export async function startBenchCampaign(
  db: Database,
  definition: Parameters<typeof CampaignDefinition.parse>[0],
): Promise<string> {
  const ctx = systemContext(db, 'bench');
  const { campaignId } = await createCampaign(ctx, CampaignDefinition.parse(definition));
  const { digest } = await previewCampaign(ctx, { campaignId });
  await startCampaign(ctx, { campaignId, digest });
  return campaignId;
}

/** Waits until the engine has planned these campaigns. */
export async function planned(
  db: Database,
  campaignIds: readonly string[],
  timeoutMs = 600_000,
): Promise<void> {
  await until(
    async () => {
      const { rows } = await db.pool.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM campaigns WHERE id = ANY ($1) AND plan_state = 'planned'`,
        [campaignIds],
      );
      return rows[0]?.count === campaignIds.length;
    },
    { timeoutMs, what: 'the campaigns to be planned' },
  );
}

/**
 * Running campaigns that look at every changed vehicle: continuous ones on ten ECU types, each of which targets
 * a version that no vehicle of the bench fleet reaches, so that all must be decided and nothing is sent.
 */
export async function startWatchingCampaigns(
  db: Database,
  ecuTypes: readonly string[],
  count: number,
): Promise<void> {
  const releases: string[] = [];
  for (const type of ecuTypes) releases.push(await makeRelease(db, type, '900.0.0'));
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const place = number % ecuTypes.length;
    ids.push(
      await startBenchCampaign(db, {
        name: `Watching ${number}`,
        kind: 'continuous',
        releaseIds: [releases[place]],
        target: {
          kind: 'ecu',
          ecuType: ecuTypes[place],
          software: { operator: '>=', value: `${800 + number}.0.0` },
        },
      }),
    );
  }
  await planned(db, ids);
}
