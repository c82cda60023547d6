import { ReleaseDefinition } from '#lib/domain/release.ts';
import { attachArtifact } from '#lib/services/attach-artifact.ts';
import { systemContext } from '#lib/services/context.ts';
import { createEcuType } from '#lib/services/create-ecu-type.ts';
import { createRelease } from '#lib/services/create-release.ts';
import { declareBaselines } from '#lib/services/declare-baselines.ts';
import { recordArtifact } from '#lib/services/record-artifact.ts';
import { releaseRelease } from '#lib/services/release-release.ts';
import { ecuTypes } from '#lib/tcu/catalog.ts';
import { artifactBytes } from './artifact-bytes.ts';
import { dependenciesOf, descriptionOf, releaseTextsOf } from './catalog-texts.ts';
import type { SeedContext } from './seed-context.ts';

type EcuType = (typeof ecuTypes)[number];

/** These newest releases are left as drafts, so that the demo has some to work on. */
const drafts = new Set(['HUD', 'SEAT']);

/** The simulated maker's catalog with real files: baselines, then the two newest versions as releases. */
export async function seedCatalog(ctx: SeedContext): Promise<void> {
  const known = new Set(
    (await ctx.db.prisma.ecuType.findMany({ select: { name: true } })).map(({ name }) => name),
  );
  const missing = ecuTypes.filter(({ name }) => !known.has(name));
  if (missing.length === 0) return;
  for (const type of missing) await seedEcuType(ctx, type);
  for (const type of missing) {
    for (const version of releasedOf(type)) await seedRelease(ctx, type, version);
  }
  ctx.say(`catalog: ${missing.length} ECU types with their releases and files`);
}

function releasedOf({ versions }: EcuType): readonly string[] {
  return versions.slice(-2);
}

async function seedEcuType(ctx: SeedContext, type: EcuType): Promise<void> {
  const service = systemContext(ctx.db, 'seed');
  await createEcuType(service, {
    name: type.name,
    versionScheme: type.scheme,
    description: descriptionOf(type.name),
  });
  const baselines = type.versions.slice(0, -2);
  if (baselines.length > 0) await declareBaselines(service, { ecuType: type.name, versions: [...baselines] });
}

async function seedRelease(ctx: SeedContext, type: EcuType, version: string): Promise<void> {
  const service = systemContext(ctx.db, 'seed');
  const newest = version === type.versions.at(-1);
  const definition = ReleaseDefinition.parse({
    ecuType: type.name,
    version,
    hardwareVersions: [...type.hardwareVersions],
    dependencies: newest ? dependenciesOf(type.name) : [],
    rollbackTo: newest ? type.versions.slice(-2, -1) : [],
    ...releaseTextsOf(type.name, version),
  });
  const { id } = await createRelease(service, definition);
  const stored = await ctx.store.put(artifactBytes(`${type.name}|${version}`));
  const fileName = `${type.name}_${version}.bin`.replace(/[^\w.-]+/g, '_');
  await recordArtifact(service, { ...stored, fileName });
  await attachArtifact(service, { id, sha256: stored.sha256 });
  if (!(newest && drafts.has(type.name))) await releaseRelease(service, { id });
}
