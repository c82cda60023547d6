import { z } from 'zod';
import type { Prisma } from '#lib/db/generated/client.ts';
import { compileSelection, FleetSelection } from '#lib/db/queries/fleet.ts';
import { announceChange } from './announce-change.ts';
import type { ServiceContext } from './context.ts';

const Order = z.object({
  selection: FleetSelection,
  add: z.array(z.string()),
  remove: z.array(z.string()),
});
const Progress = z.object({ cursor: z.string(), changed: z.int() }).catch({ cursor: '', changed: 0 });

/** Vehicles of one transaction. */
export const TAG_CHUNK = 2_000;

/** Carries a tagging job to its end, chunk by chunk; several processes may try, one at a time works on it. */
export async function runTagJob(ctx: ServiceContext, id: string): Promise<void> {
  try {
    for (let open = true; open; ) open = await runChunk(ctx, id);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    await ctx.db.prisma.job.updateMany({
      where: { id, finishedAt: null },
      data: { state: 'failed', error: message, finishedAt: ctx.now() },
    });
    throw error;
  }
}

/** Goes on with the tagging jobs that a stopped process left; call it when a process starts. */
export async function resumeTagJobs(ctx: ServiceContext): Promise<void> {
  const left = await ctx.db.prisma.job.findMany({
    where: { kind: 'tag_vehicles', state: { in: ['queued', 'running'] } },
    select: { id: true },
  });
  for (const { id } of left) await runTagJob(ctx, id);
}

/** One chunk with its progress in one transaction; false when there is nothing more to do. */
function runChunk(ctx: ServiceContext, id: string): Promise<boolean> {
  return ctx.db.prisma.$transaction(
    async (tx) => {
      const claimed = await tx.$queryRaw<{ input: unknown; result: unknown }[]>`
        SELECT input, result FROM jobs WHERE id = ${id} AND state IN ('queued', 'running') FOR UPDATE SKIP LOCKED`;
      const job = claimed[0];
      if (!job) return false;
      const { selection, add, remove } = Order.parse(job.input);
      const { cursor, changed } = Progress.parse(job.result);
      const done = await tagAfter(tx, ctx, selection, { add, remove, cursor });
      const over = done.seen < TAG_CHUNK;
      await tx.job.update({
        where: { id },
        data: {
          state: over ? 'done' : 'running',
          done: { increment: done.seen },
          result: { cursor: done.last, changed: changed + done.changed },
          ...(cursor === '' ? { startedAt: ctx.now() } : {}),
          ...(over ? { finishedAt: ctx.now() } : {}),
        },
      });
      await announceChange(tx, 'job');
      if (done.changed > 0) await announceChange(tx, 'vehicle');
      return !over;
    },
    { timeout: 60_000 },
  );
}

async function tagAfter(
  tx: Prisma.TransactionClient,
  ctx: ServiceContext,
  selection: FleetSelection,
  { add, remove, cursor }: { add: string[]; remove: string[]; cursor: string },
): Promise<{ seen: number; changed: number; last: string }> {
  const { text, values } = await compileSelection(ctx.db.pool, selection, ctx.now());
  const [after, more, less] = [1, 2, 3].map((place) => `$${values.length + place}`);
  const rows = await tx.$queryRawUnsafe<{ seen: number; changed: number; last: string | null }[]>(
    `WITH chunk AS (
       SELECT v.vin FROM vehicles v WHERE ${text} AND v.vin > ${after}::text ORDER BY v.vin LIMIT ${TAG_CHUNK}
     ), wanted AS (
       SELECT v.vin, ARRAY(SELECT t FROM unnest(v.tags || ${more}::text[]) WITH ORDINALITY AS x (t, place)
                           WHERE t <> ALL (${less}::text[]) GROUP BY t ORDER BY min(place)) AS tags
       FROM vehicles v JOIN chunk USING (vin)
     ), changed AS (
       UPDATE vehicles v SET tags = w.tags FROM wanted w
       WHERE w.vin = v.vin AND v.tags IS DISTINCT FROM w.tags RETURNING 1
     )
     SELECT (SELECT count(*) FROM chunk)::int AS seen, (SELECT count(*) FROM changed)::int AS changed,
            (SELECT max(vin) FROM chunk) AS last`,
    ...values,
    cursor,
    add,
    remove,
  );
  const row = rows[0];
  return { seen: row?.seen ?? 0, changed: row?.changed ?? 0, last: row?.last ?? cursor };
}
