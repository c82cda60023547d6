import { z } from 'zod';
import { ForbiddenError, NotFoundError } from '#lib/errors.ts';
import { openBytes } from '#lib/keys/sealed-bytes.ts';
import { recordAudit } from './audit.ts';
import { defineService } from './define-service.ts';
import { credentialSealKey, IMPORT_KIND, ImportOrder } from './import-job.ts';
import { readJobFiles } from './read-job-files.ts';

/**
 * The credentials of the vehicles that an import registered, as CSV in pieces; for the person who imported them
 * and for a day, each time with an audit row. After that they are known to the vehicles alone.
 */
export const collectCredentials = defineService({
  action: 'vehicle.register',
  input: z.object({ jobId: z.string().min(1) }),
  async run(ctx, { jobId }) {
    const job = await ctx.db.prisma.job.findUnique({ where: { id: jobId } });
    const kept = await ctx.db.prisma.jobFile.count({ where: { jobId, kind: 'credentials' } });
    if (job?.kind !== IMPORT_KIND || kept === 0)
      throw new NotFoundError('These credentials are not kept any more; rotate those that are missing.', {
        jobId,
      });
    const { by } = ImportOrder.parse(job.input);
    if (ctx.actor.kind === 'user' && by.kind === 'user' && ctx.actor.id !== by.id)
      throw new ForbiddenError(`Only ${by.name}, who imported these vehicles, may fetch their credentials.`);
    const key = credentialSealKey(ctx);
    await ctx.db.prisma.$transaction((tx) =>
      recordAudit(tx, {
        actor: ctx.actor,
        at: ctx.now(),
        action: 'vehicle.collect_credentials',
        subject: { type: 'job', id: jobId },
      }),
    );
    return pieces();

    async function* pieces(): AsyncGenerator<string> {
      yield 'vin,credential\n';
      for await (const { part, content } of readJobFiles(ctx, jobId, 'credentials'))
        yield openBytes(key, `${jobId}/${part}`, content).toString('utf8');
    }
  },
});
