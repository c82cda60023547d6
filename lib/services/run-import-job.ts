import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
import type { Prisma } from '#lib/db/generated/client.ts';
import { Role } from '#lib/domain/permissions.ts';
import { sealBytes } from '#lib/keys/sealed-bytes.ts';
import { announceChange } from './announce-change.ts';
import type { Actor, ServiceContext } from './context.ts';
import { credentialSealKey, IMPORT_KIND, ImportOrder, ImportProgress, NO_PROGRESS } from './import-job.ts';
import { registerCsvVehicles } from './register-csv-vehicles.ts';
import { type CsvFault, type CsvLine, readVehicleCsv } from './vehicle-csv.ts';

/** Lines of one transaction: a chunk is registered as a whole together with how far the job is. */
export const IMPORT_CHUNK = 1_000;

/**
 * Carries an import to its end, chunk by chunk, from where it stands; several processes may try, and one that
 * finds that another went on gives up.
 */
export async function runImportJob(ctx: ServiceContext, id: string): Promise<void> {
  try {
    const job = await ctx.db.prisma.job.findUniqueOrThrow({ where: { id } });
    const begin = ImportProgress.catch(NO_PROGRESS).parse(job.result).lines;
    const by = { ...ctx, actor: actorOf(ImportOrder.parse(job.input)) };
    let place = 0;
    let chunk: CsvLine[] = [];
    for await (const line of readVehicleCsv(readInput(ctx, id))) {
      place += 1;
      if (place <= begin) continue;
      chunk.push(line);
      if (chunk.length < IMPORT_CHUNK) continue;
      if (!(await runChunk(by, id, place - chunk.length, chunk))) return;
      chunk = [];
      await yieldToOthers();
    }
    await runChunk(by, id, place - chunk.length, chunk, 'last');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    await ctx.db.prisma.job.updateMany({
      where: { id, finishedAt: null },
      data: { state: 'failed', error: message, finishedAt: ctx.now() },
    });
    throw error;
  }
}

/** Goes on with the imports that a stopped process left; call it when a process starts. */
export async function resumeImportJobs(ctx: ServiceContext): Promise<void> {
  const left = await ctx.db.prisma.job.findMany({
    where: { kind: IMPORT_KIND, state: { in: ['queued', 'running'] } },
    select: { id: true },
    orderBy: { createdAt: 'asc' },
  });
  for (const { id } of left) await runImportJob(ctx, id);
}

function actorOf({ by }: ImportOrder): Actor {
  return by.kind === 'system' ? by : { ...by, role: Role.catch('viewer').parse(by.role) };
}

async function* readInput(ctx: ServiceContext, jobId: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for (let part = 0; ; part += 1) {
    const file = await ctx.db.prisma.jobFile.findUnique({
      where: { jobId_kind_part: { jobId, kind: 'input', part } },
    });
    if (!file) break;
    yield decoder.decode(file.content, { stream: true });
  }
}

/** One chunk with its progress in one transaction; false where another process has gone on with the job. */
function runChunk(
  ctx: ServiceContext,
  id: string,
  begin: number,
  chunk: readonly CsvLine[],
  last?: 'last',
): Promise<boolean> {
  return ctx.db.prisma.$transaction(
    async (tx) => {
      const claimed = await tx.$queryRaw<{ result: unknown }[]>`
        SELECT result FROM jobs WHERE id = ${id} AND state IN ('queued', 'running') FOR UPDATE SKIP LOCKED`;
      const before = ImportProgress.catch(NO_PROGRESS).parse(claimed[0]?.result);
      if (!claimed[0] || before.lines !== begin) return false;
      const vehicles = chunk.flatMap((line) => ('fields' in line ? [line] : []));
      const done = await registerCsvVehicles(tx, ctx, vehicles);
      const faults = [
        ...chunk.flatMap(({ line, ...rest }) =>
          'faults' in rest ? rest.faults.map((fault) => ({ line, ...fault })) : [],
        ),
        ...done.faults,
      ].sort((a, b) => a.line - b.line);
      await writeFiles(tx, ctx, { id, part: before.parts, faults, credentials: done.credentials });
      const progress: ImportProgress = {
        lines: before.lines + chunk.length,
        parts: before.parts + 1,
        registered: before.registered + done.credentials.length,
        unchanged: before.unchanged + done.unchanged,
        faults: before.faults + faults.length,
      };
      const at = ctx.now();
      await tx.job.update({
        where: { id },
        data: {
          state: last ? 'done' : 'running',
          done: BigInt(progress.lines),
          result: progress,
          ...(begin === 0 ? { startedAt: at } : {}),
          // Blank lines and quoted line breaks were counted before anything was read.
          ...(last ? { total: BigInt(progress.lines), finishedAt: at } : {}),
        },
      });
      if (last) await tx.jobFile.deleteMany({ where: { jobId: id, kind: 'input' } });
      await announceChange(tx, 'job');
      return true;
    },
    { timeout: 60_000, maxWait: 60_000 },
  );
}

type Outcome = {
  id: string;
  part: number;
  faults: readonly CsvFault[];
  credentials: readonly (readonly [vin: string, credential: string])[];
};

async function writeFiles(
  tx: Prisma.TransactionClient,
  ctx: ServiceContext,
  { id, part, faults, credentials }: Outcome,
): Promise<void> {
  const file = { jobId: id, part, createdAt: ctx.now() };
  if (faults.length > 0) {
    const content = new Uint8Array(Buffer.from(JSON.stringify(faults), 'utf8'));
    await tx.jobFile.create({ data: { ...file, kind: 'faults', content } });
  }
  if (credentials.length > 0) {
    const text = Buffer.from(stringify(credentials.map((pair) => [...pair])), 'utf8');
    const content = sealBytes(credentialSealKey(ctx), `${id}/${part}`, text);
    await tx.jobFile.create({ data: { ...file, kind: 'credentials', content } });
  }
}
