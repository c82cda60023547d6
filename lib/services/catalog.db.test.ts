import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { listCatalogReleases } from '#lib/db/queries/catalog.ts';
import { ConflictError, NotFoundError, ValidationError } from '#lib/errors.ts';
import { attachArtifact } from './attach-artifact.ts';
import { createEcuType } from './create-ecu-type.ts';
import { createRelease } from './create-release.ts';
import { declareBaselines } from './declare-baselines.ts';
import { editRelease } from './edit-release.ts';
import { exportEcuTypesCsv } from './export-ecu-types-csv.ts';
import { getEcuType } from './get-ecu-type.ts';
import { getRelease } from './get-release.ts';
import { listReleases } from './list-releases.ts';
import { recordArtifact } from './record-artifact.ts';
import { releaseRelease } from './release-release.ts';
import { personContext } from './testing.ts';
import { withdrawRelease } from './withdraw-release.ts';

let db: TestDatabase;
const ctx = () => personContext(db);
const sha256 = 'ab'.repeat(32);

beforeAll(async () => {
  db = await createTestDatabase();
  await recordArtifact(ctx(), { sha256, length: 5_000_000_000, fileName: 'a.bin', storeKey: `ab/${sha256}` });
  for (const name of ['BMS', 'VCU']) await createEcuType(ctx(), { name, versionScheme: 'lineage' });
});
afterAll(() => db.drop());

type Dependencies = Parameters<typeof createRelease>[1]['dependencies'];

async function draft(ecuType: string, version: string, dependencies: Dependencies = []) {
  const { id } = await createRelease(ctx(), { ecuType, version, hardwareVersions: ['A'], dependencies });
  await attachArtifact(ctx(), { id, sha256 });
  return id;
}
async function release(ecuType: string, version: string, dependencies: Dependencies = []) {
  const id = await draft(ecuType, version, dependencies);
  await releaseRelease(ctx(), { id });
  return id;
}
async function lineageOf(name: string) {
  const { lineage } = await getEcuType(ctx(), { name });
  return lineage.map(({ version, source }) => `${version} ${source}`);
}

describe('the catalog', () => {
  it('has each ECU type once', async () => {
    await expect(createEcuType(ctx(), { name: 'BMS', versionScheme: 'semver' })).rejects.toBeInstanceOf(
      ConflictError,
    );
  });

  it('keeps a lineage: baselines before releases, in the order declared', async () => {
    await release('BMS', 'R1');
    await release('BMS', 'R2');
    await declareBaselines(ctx(), { ecuType: 'BMS', versions: ['B1', 'B2'] });
    await declareBaselines(ctx(), {
      ecuType: 'BMS',
      versions: ['B1a'],
      position: { kind: 'after', version: 'B1' },
    });
    await declareBaselines(ctx(), {
      ecuType: 'BMS',
      versions: Array.from({ length: 400 }, (_, n) => `X${n}`),
      position: { kind: 'after', version: 'B1' },
    });
    await declareBaselines(ctx(), {
      ecuType: 'BMS',
      versions: Array.from({ length: 400 }, (_, n) => `Y${n}`),
      position: { kind: 'after', version: 'X0' },
    });
    const lineage = await lineageOf('BMS');
    expect(lineage.slice(0, 4)).toEqual(['R2 release', 'R1 release', 'B2 baseline', 'B1a baseline']);
    expect(lineage.slice(-3)).toEqual(['Y0 baseline', 'X0 baseline', 'B1 baseline']);
    expect(lineage).toHaveLength(805);
    const twice = declareBaselines(ctx(), { ecuType: 'BMS', versions: ['B3', 'R1'] });
    await expect(twice).rejects.toThrow(/knows R1 already/);
    expect(await lineageOf('BMS')).toHaveLength(805);
    const lost = declareBaselines(ctx(), {
      ecuType: 'BMS',
      versions: ['B4'],
      position: { kind: 'after', version: 'nowhere' },
    });
    await expect(lost).rejects.toBeInstanceOf(NotFoundError);
  });

  it('edits drafts only, and refuses the slower of two editors', async () => {
    const id = await draft('BMS', 'R3');
    const definition = { ecuType: 'BMS', version: 'R3b', hardwareVersions: ['A', 'B'], notes: 'better' };
    const { revision } = await editRelease(ctx(), { id, revision: 2, definition });
    expect(revision).toBe(3);
    await expect(editRelease(ctx(), { id, revision: 2, definition })).rejects.toBeInstanceOf(ConflictError);
    const taken = { ...definition, version: 'R2' };
    await expect(editRelease(ctx(), { id, revision: 3, definition: taken })).rejects.toThrow(
      /catalog already/,
    );
    await releaseRelease(ctx(), { id, revision: 3 });
    await expect(editRelease(ctx(), { id, revision: 3, definition })).rejects.toBeInstanceOf(ConflictError);
    await expect(attachArtifact(ctx(), { id, sha256 })).rejects.toBeInstanceOf(ConflictError);
    expect(await getRelease(ctx(), { id })).toMatchObject({
      version: 'R3b',
      state: 'released',
      releaseCounter: 3,
      artifactLength: 5_000_000_000,
      installedOn: 0,
    });
  });

  it('releases nothing without a file, nothing twice, and a declared baseline in its place', async () => {
    const { id } = await createRelease(ctx(), { ecuType: 'VCU', version: 'V0', hardwareVersions: ['A'] });
    await expect(releaseRelease(ctx(), { id })).rejects.toThrow(/no file yet/);
    await attachArtifact(ctx(), { id, sha256 });
    await declareBaselines(ctx(), { ecuType: 'VCU', versions: ['V0', 'V1'] });
    await expect(releaseRelease(ctx(), { id, revision: 1 })).rejects.toBeInstanceOf(ConflictError);
    await releaseRelease(ctx(), { id });
    expect(await lineageOf('VCU')).toEqual(['V1 baseline', 'V0 baseline']);
    await expect(releaseRelease(ctx(), { id })).rejects.toBeInstanceOf(ConflictError);
    const missing = attachArtifact(ctx(), { id, sha256: 'cd'.repeat(32) });
    await expect(missing).rejects.toBeInstanceOf(NotFoundError);
  });

  it('refuses a cycle of dependencies and names it', async () => {
    for (const name of ['X', 'Y']) await createEcuType(ctx(), { name, versionScheme: 'semver' });
    const needs = (ecuType: string, minimumVersion: string): Dependencies => [
      { ecuType, minimumVersion, maySameCampaign: true },
    ];
    await release('X', '2.0.0', needs('Y', '2.0.0'));
    const id = await draft('Y', '2.0.0', needs('X', '2.0.0'));
    await expect(releaseRelease(ctx(), { id })).rejects.toThrow(
      /Y 2\.0\.0 needs X 2\.0\.0, X 2\.0\.0 needs Y 2\.0\.0/,
    );
    await expect(releaseRelease(ctx(), { id })).rejects.toBeInstanceOf(ValidationError);
    expect((await getRelease(ctx(), { id })).state).toBe('draft');
  });

  it('withdraws, and says what is under way', async () => {
    const id = await release('VCU', 'V2');
    await db.prisma.campaign.create({
      data: {
        id: 'c1',
        name: 'Under way',
        definition: {},
        state: 'running',
        createdBy: 'u',
        createdByName: 'U',
        releases: { create: [{ releaseId: id, position: 0 }] },
      },
    });
    await db.prisma.assignmentCounter.createMany({
      data: [
        { campaignId: 'c1', wave: 0, state: 'downloading', shard: 0, count: 5n },
        { campaignId: 'c1', wave: 0, state: 'downloading', shard: 1, count: -2n },
        { campaignId: 'c1', wave: 0, state: 'pending', shard: 0, count: 7n },
        { campaignId: 'c1', wave: 0, state: 'confirmed', shard: 0, count: 9n },
      ],
    });
    const { campaigns } = await withdrawRelease(ctx(), { id, reason: 'bricks the VCU' });
    expect(campaigns).toEqual([
      { campaignId: 'c1', name: 'Under way', state: 'running', underWay: 3, waiting: 7 },
    ]);
    await expect(withdrawRelease(ctx(), { id, reason: 'again' })).rejects.toBeInstanceOf(ConflictError);
    const listed = await listReleases(ctx(), { ecuType: 'VCU', state: 'withdrawn' });
    expect(listed).toMatchObject([{ id, withdrawnReason: 'bricks the VCU' }]);
  });

  it('tells by which key a file is vouched for', async () => {
    const id = await release('BMS', 'R9');
    expect(await getRelease(ctx(), { id })).toMatchObject({ signedBy: null });
    await db.prisma.signingKey.createMany({
      data: ['old', 'new'].map((keyId, index) => ({
        keyId,
        role: 'director',
        publicKey: 'p',
        encryptedPrivate: Buffer.from('x'),
        createdAt: new Date(index),
        retiredAt: index === 0 ? new Date() : null,
      })),
    });
    expect(await getRelease(ctx(), { id })).toMatchObject({ signedBy: 'new' });
  });

  it('has its ECU types in a CSV', async () => {
    const csv = await text(await exportEcuTypesCsv(ctx(), {}));
    const names = csv.split('\n').map((line) => line.split(',')[0]);
    expect(names).toEqual(expect.arrayContaining(['name', 'BMS', 'VCU']));
  });

  it('is cut to the newest, but never without what is chosen, offered or needed', async () => {
    for (const name of ['P', 'Q']) await createEcuType(ctx(), { name, versionScheme: 'semver' });
    const chosen = await release('P', '1.0.0');
    const forgotten = await release('P', '2.0.0');
    const needed = await release('Q', '1.0.0');
    const offered = await release('Q', '2.0.0');
    const newestOfP = await release('P', '3.0.0');
    await db.prisma.release.updateMany({ data: { createdAt: new Date(0) } });
    const newest = await draft('P', '4.0.0', [
      { ecuType: 'Q', minimumVersion: '1.0.0', maySameCampaign: true },
    ]);
    const rows = await listCatalogReleases(db.pool, { ids: [chosen], limit: 1 });
    const ids = rows.map(({ id }) => id);
    expect(ids[0]).toBe(newest);
    expect(ids).toEqual(expect.arrayContaining([chosen, needed, offered, newestOfP]));
    expect(ids).not.toContain(forgotten);
  });
});
