import type { JobFile } from '#lib/db/generated/client.ts';
import type { ServiceContext } from './context.ts';
import type { CsvFault } from './vehicle-csv.ts';

/** What a job left of one kind, part by part in order, so that one part is in memory. */
export async function* readJobFiles(
  ctx: ServiceContext,
  jobId: string,
  kind: 'faults' | 'credentials',
): AsyncGenerator<JobFile> {
  for (let after = -1; ; ) {
    const file = await ctx.db.prisma.jobFile.findFirst({
      where: { jobId, kind, part: { gt: after } },
      orderBy: { part: 'asc' },
    });
    if (!file) return;
    yield file;
    after = file.part;
  }
}

/** The faults of an import in the order of their lines. */
export async function* readImportFaults(ctx: ServiceContext, jobId: string): AsyncGenerator<CsvFault[]> {
  for await (const { content } of readJobFiles(ctx, jobId, 'faults'))
    yield JSON.parse(Buffer.from(content).toString('utf8'));
}
