import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { applyRetention } from '#lib/db/retention.ts';
import { ForbiddenError, NotFoundError } from '#lib/errors.ts';
import { isCredential } from '#lib/keys/vehicle-credential.ts';
import { collectCredentials } from './collect-credentials.ts';
import type { ServiceContext } from './context.ts';
import { exportImportFaults } from './export-import-faults.ts';
import { getJob } from './get-job.ts';
import { importVehicles } from './import-vehicles.ts';
import { listImportFaults } from './list-import-faults.ts';
import { resumeImportJobs, runImportJob } from './run-import-job.ts';
import { readSettings } from './settings.ts';
import { personContext } from './testing.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const ctx = (): ServiceContext => ({ ...personContext(db), sealingSecret: 'a secret of the installation' });
const good = (n: number) => `WAUZZZ8V5KA${String(n).padStart(6, '0')},Borealis,2024,DE,Europe/Berlin,a|b,no`;
const header = 'VIN,Model,Model Year,Region,time_zone,tags,skilledPersonOnly';

async function finished(csv: string) {
  const { jobId } = await importVehicles(ctx(), { csv, fileName: 'fleet.csv' });
  return expect
    .poll(() => getJob(ctx(), { id: jobId }), { timeout: 20_000 })
    .toMatchObject({ finishedAt: expect.any(Date) })
    .then(() => getJob(ctx(), { id: jobId }));
}

async function text(pieces: AsyncGenerator<string>): Promise<string> {
  let all = '';
  for await (const piece of pieces) all += piece;
  return all;
}

describe('an import of vehicles', () => {
  it('keeps every bad line with number, value and reason, and registers the good ones', async () => {
    const job = await finished(
      [
        header,
        good(1),
        'WAUZZZ8V5KA00000O,Borealis,2024,DE,Europe/Berlin,,',
        '',
        'WAUZZZ8V5KA000002,Borealis,twenty,DE,Nowhere,,maybe',
        good(1),
        good(3),
      ].join('\r\n'),
    );
    expect(job).toMatchObject({
      state: 'done',
      fileName: 'fleet.csv',
      done: job.total,
      outcome: { registered: 2, unchanged: 0, faults: 5 },
    });
    const { faults } = await listImportFaults(ctx(), { jobId: job.id });
    expect(faults.map(({ line, column, value }) => [line, column, value])).toEqual([
      [3, 'vin', 'WAUZZZ8V5KA00000O'],
      [5, 'modelYear', 'twenty'],
      [5, 'timeZone', 'Nowhere'],
      [5, 'skilledPersonOnly', 'maybe'],
      [6, 'vin', 'WAUZZZ8V5KA000001'],
    ]);
    const csv = await text(await exportImportFaults(ctx(), { jobId: job.id }));
    expect(csv.trim().split('\n')).toHaveLength(6);
  });

  it('lets the importer alone fetch the credentials, for a day, and none is stored readable', async () => {
    const { id } = await finished([header, good(20)].join('\n'));
    const other = {
      ...ctx(),
      actor: { kind: 'user' as const, id: 'x', name: 'Other', role: 'admin' as const },
    };
    await expect(collectCredentials(other, { jobId: id })).rejects.toBeInstanceOf(ForbiddenError);
    const [, line = ''] = (await text(await collectCredentials(ctx(), { jobId: id }))).split('\n');
    const [vin = '', credential = ''] = line.split(',');
    const stored = await db.prisma.vehicleCredential.findUniqueOrThrow({ where: { vin } });
    expect(isCredential(stored, credential)).toBe(true);
    const kept = await db.prisma.jobFile.findMany({ where: { jobId: id } });
    expect(kept.map(({ kind }) => kind)).toEqual(['credentials']);
    expect(Buffer.from(kept[0]?.content ?? []).includes(credential)).toBe(false);
    expect(await db.prisma.auditEntry.count({ where: { action: 'vehicle.collect_credentials' } })).toBe(1);

    const dayLater = new Date(ctx().now().getTime() + 86_400_001);
    await applyRetention(db.pool, await readSettings(db.prisma), dayLater);
    await expect(collectCredentials(ctx(), { jobId: id })).rejects.toBeInstanceOf(NotFoundError);
  });

  it('changes nothing the second time, and says what differs', async () => {
    const csv = [header.replaceAll(',', ';'), good(10).replaceAll(',', ';')].join('\n');
    expect((await finished(csv)).outcome).toEqual({ registered: 1, unchanged: 0, faults: 0 });
    const again = await finished(csv);
    expect(again.outcome).toEqual({ registered: 0, unchanged: 1, faults: 0 });
    expect(again.credentialsUntil).toBeNull();
    const { id } = await finished(csv.replace('Borealis', 'Corona'));
    expect((await listImportFaults(ctx(), { jobId: id })).faults).toMatchObject([
      { line: 2, column: 'model', value: 'Corona' },
    ]);
  });

  it('takes thousands in chunks, and a restarted process goes on where it stood', {
    timeout: 90_000,
  }, async () => {
    const csv = [header, ...Array.from({ length: 2500 }, (_, n) => good(5000 + n))].join('\n');
    const { jobId } = await importVehicles(ctx(), { csv });
    // Several processes at once: the lines are registered once, and the counts say so.
    await Promise.all([resumeImportJobs(ctx()), runImportJob(ctx(), jobId), runImportJob(ctx(), jobId)]);
    await expect
      .poll(async () => (await getJob(ctx(), { id: jobId })).state, { timeout: 60_000 })
      .toBe('done');
    expect((await getJob(ctx(), { id: jobId })).outcome).toEqual({
      registered: 2500,
      unchanged: 0,
      faults: 0,
    });
    const credentials = await text(await collectCredentials(ctx(), { jobId }));
    expect(credentials.trim().split('\n')).toHaveLength(2501);
    expect(await db.prisma.jobFile.count({ where: { kind: 'input' } })).toBe(0);
  });

  it('refuses a file without the columns, and makes no job of it', async () => {
    const before = await db.prisma.job.count();
    await expect(importVehicles(ctx(), { csv: 'vin,model\n' })).rejects.toThrow(
      /modelYear, region, timeZone/,
    );
    expect(await db.prisma.job.count()).toBe(before);
  });
});
