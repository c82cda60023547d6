import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { isCredential } from '#lib/keys/vehicle-credential.ts';
import { openFileStore } from '#lib/payload/file-store.ts';
import { makeVehicle } from '#lib/tcu/catalog.ts';
import { deriveCredential } from '#lib/tcu/credential.ts';
import { seedCatalog } from '#prisma/seed/catalog.ts';
import { seedDemo } from '#prisma/seed/demo.ts';
import type { SeedContext } from '#prisma/seed/seed-context.ts';
import { findBrokenAuditEntry } from './audit.ts';

let db: TestDatabase;
let directory: string;
let ctx: SeedContext;

beforeAll(async () => {
  db = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'roadcast-seed-'));
  ctx = {
    db,
    store: openFileStore(directory),
    credentialSecret: 'secret of the simulated fleet',
    now: new Date('2026-11-23T12:00:00Z'),
    say: () => undefined,
  };
  await seedCatalog(ctx);
  await seedDemo(ctx, 12);
});
afterAll(async () => {
  await db.drop();
  await rm(directory, { recursive: true, force: true });
});

describe('the demo of a first start', () => {
  it('has a catalog in three schemes whose files are there', async () => {
    const types = await db.prisma.ecuType.groupBy({ by: ['versionScheme'], _count: true });
    expect(types.map(({ versionScheme }) => versionScheme).sort()).toEqual(['dotted', 'lineage', 'semver']);
    const artifacts = await db.prisma.artifact.findMany();
    expect(artifacts.length).toBeGreaterThan(30);
    for (const { storeKey, length } of artifacts)
      expect(await ctx.store.lengthOf(storeKey)).toBe(Number(length));
    expect(await db.prisma.release.count({ where: { state: 'draft' } })).toBe(2);
  });

  it('has vehicles that the simulated fleet can sign in as', async () => {
    const { vin } = makeVehicle(7);
    const stored = await db.prisma.vehicleCredential.findUniqueOrThrow({ where: { vin } });
    expect(isCredential(stored, deriveCredential(ctx.credentialSecret, vin))).toBe(true);
  });

  it('has a campaign with its releases, ready to start', async () => {
    const campaigns = await db.prisma.campaign.findMany({ include: { releases: true } });
    expect(campaigns).toMatchObject([{ state: 'draft' }]);
    expect(campaigns[0]?.releases).toHaveLength(2);
  });

  it('is the same when it is made again', async () => {
    const count = async () => [
      await db.prisma.release.count(),
      await db.prisma.vehicle.count(),
      await db.prisma.campaign.count(),
      await db.prisma.auditEntry.count(),
    ];
    const before = await count();
    await seedCatalog(ctx);
    await seedDemo(ctx, 12);
    expect(await count()).toEqual(before);
    expect(await findBrokenAuditEntry(db.prisma)).toBeNull();
  });
});
