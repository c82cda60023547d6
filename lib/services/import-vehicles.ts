import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { announceChange } from './announce-change.ts';
import { recordAudit } from './audit.ts';
import type { ServiceContext } from './context.ts';
import { defineService } from './define-service.ts';
import { IMPORT_KIND } from './import-job.ts';
import { IMPORT_CHUNK, runImportJob } from './run-import-job.ts';
import { checkVehicleCsvHeader } from './vehicle-csv.ts';

/** Bytes of one stored part of the file. */
const PART = 1024 * 1024;

/**
 * Registers the vehicles of a CSV file as a job whose progress is in `jobs`. Every bad line is kept with its
 * reason, the good ones are registered; the same file again changes nothing. Returns when the job is under way,
 * and for a small file when it is done. A file without a usable header is a `ValidationError`, and no job.
 */
export const importVehicles = defineService({
  action: 'vehicle.register',
  input: z.object({
    csv: z
      .string()
      .min(1)
      .max(64 * 1024 * 1024),
    fileName: z.string().max(200).default('vehicles.csv'),
  }),
  async run(ctx, { csv, fileName }) {
    checkVehicleCsvHeader(csv);
    const id = randomUUID();
    const total = countLines(csv) - 1;
    await store(ctx, { id, csv: Buffer.from(csv, 'utf8'), fileName, total });
    const work = runImportJob(ctx, id);
    if (total <= IMPORT_CHUNK) await work;
    // The job's row tells how it ends; nobody waits for a long one here.
    else work.catch(() => undefined);
    return { jobId: id, total };
  },
});

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return text.endsWith('\n') ? lines : lines + 1;
}

type Order = { id: string; csv: Buffer; fileName: string; total: number };

async function store(ctx: ServiceContext, { id, csv, fileName, total }: Order): Promise<void> {
  const at = ctx.now();
  const parts = Array.from({ length: Math.ceil(csv.length / PART) }, (_, part) => ({
    jobId: id,
    kind: 'input',
    part,
    content: new Uint8Array(csv.subarray(part * PART, (part + 1) * PART)),
    createdAt: at,
  }));
  await ctx.db.prisma.$transaction(
    async (tx) => {
      await tx.job.create({
        data: {
          id,
          kind: IMPORT_KIND,
          input: { fileName, bytes: csv.length, by: ctx.actor },
          total: BigInt(total),
          createdBy: ctx.actor.name,
          createdAt: at,
        },
      });
      for (const part of parts) await tx.jobFile.create({ data: part });
      await recordAudit(tx, {
        actor: ctx.actor,
        at,
        action: 'vehicle.import',
        subject: { type: 'job', id },
        after: { fileName, bytes: csv.length, lines: total },
      });
      await announceChange(tx, 'job');
    },
    { timeout: 60_000, maxWait: 60_000 },
  );
}
