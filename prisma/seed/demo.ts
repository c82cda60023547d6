import { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import { storedCredentialOf } from '#lib/keys/vehicle-credential.ts';
import { escapeVersion } from '#lib/protocol/version-text.ts';
import { recordAudit } from '#lib/services/audit.ts';
import { systemContext } from '#lib/services/context.ts';
import { createCampaign } from '#lib/services/create-campaign.ts';
import { makeVehicle } from '#lib/tcu/catalog.ts';
import { deriveCredential } from '#lib/tcu/credential.ts';
import { seedCensus, type VersionCount } from './census.ts';
import type { SeedContext } from './seed-context.ts';

/** What a first start shows: registered vehicles that the simulated fleet plays, and a campaign to start. */
export async function seedDemo(ctx: SeedContext, vehicles: number): Promise<void> {
  await registerDemoVehicles(ctx, vehicles);
  await draftDemoCampaign(ctx);
  await recallVersions(ctx, vehicles);
}

/** The demo fleet's past weeks, so that the course of its versions can be looked at from the first day on. */
async function recallVersions(ctx: SeedContext, vehicles: number): Promise<void> {
  if ((await ctx.db.prisma.versionCensus.count()) > 0) return;
  const counts = new Map<string, VersionCount>();
  for (let index = 0; index < vehicles; index += 1) {
    for (const { type, softwareVersion } of makeVehicle(index).ecus) {
      const version = escapeVersion(softwareVersion);
      const known = counts.get(`${type} ${version}`);
      counts.set(`${type} ${version}`, { type, version, count: (known?.count ?? 0) + 1 });
    }
  }
  await seedCensus(ctx, [...counts.values()]);
}

async function registerDemoVehicles({ db, credentialSecret, now, say }: SeedContext, count: number) {
  const fleet = Array.from({ length: count }, (_, index) => ({ index, ...makeVehicle(index) }));
  const { actor } = systemContext(db, 'seed');
  const registered = await db.prisma.$transaction(
    async (tx) => {
      const created = await tx.vehicle.createManyAndReturn({
        data: fleet.map(({ index, vin, model, modelYear, region, timeZone }) => ({
          vin,
          model,
          modelYear,
          region,
          timeZone,
          tags: index % 10 === 0 ? ['pilot'] : [],
          registeredAt: now,
        })),
        skipDuplicates: true,
        select: { vin: true },
      });
      const vins = created.map(({ vin }) => vin);
      if (vins.length === 0) return vins;
      await tx.vehicleState.createMany({ data: vins.map((vin) => ({ vin })), skipDuplicates: true });
      await tx.vehicleCredential.createMany({
        data: vins.map((vin) => ({
          vin,
          ...storedCredentialOf(deriveCredential(credentialSecret, vin)),
          issuedAt: now,
        })),
        skipDuplicates: true,
      });
      await tx.timelineEvent.createMany({
        data: vins.map((vin) => ({ vin, at: now, kind: 'registered', data: { by: 'seed' } })),
      });
      await recordAudit(tx, {
        actor,
        at: now,
        action: 'vehicle.register',
        subject: { type: 'vehicles', id: `${vins.length} demo vehicles` },
        after: { vins },
      });
      return vins;
    },
    { timeout: 60_000 },
  );
  say(`fleet: ${registered.length} demo vehicles registered`);
}

/** A canary wave, a second one and the rest, on releases of which one depends on the other. */
async function draftDemoCampaign({ db, now, say }: SeedContext): Promise<void> {
  if ((await db.prisma.campaign.count()) > 0) return;
  const newest = await Promise.all(
    ['BMS', 'VCU'].map((ecuType) =>
      db.prisma.release.findFirst({
        where: { ecuType, state: 'released' },
        orderBy: { releaseCounter: 'desc' },
        select: { id: true },
      }),
    ),
  );
  const releaseIds = newest.flatMap((release) => (release ? [release.id] : []));
  const definition = CampaignDefinition.parse({
    name: 'Winter charging 2026.4',
    description:
      'Faster charging in the cold and more range in city traffic: battery management, then drive control.',
    releaseIds,
    waves: [
      {
        name: 'Canary',
        size: { kind: 'percent', percent: 10 },
        gate: { successThreshold: 0.8, minimumSample: 3 },
      },
      {
        name: 'Early',
        size: { kind: 'percent', percent: 30 },
        gate: { successThreshold: 0.8, minimumSample: 5 },
      },
      { name: 'Everyone', size: { kind: 'rest' } },
    ],
    errorThreshold: { rate: 0.25, minimumSample: 5 },
  });
  await createCampaign(
    systemContext(db, 'seed', () => now),
    definition,
  );
  say(`campaign: "${definition.name}" is ready to start`);
}
