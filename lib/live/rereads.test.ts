import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createReadQueue } from './read-queue.ts';
import { createRereads } from './rereads.ts';
import { defineView, type LiveContext } from './view.ts';

function viewOf(name: string, rereadAll: (params: readonly { id: number }[]) => Promise<unknown[]>) {
  return defineView({
    name,
    params: z.object({ id: z.number() }),
    action: 'fleet.read',
    affectedBy: () => true,
    load: async () => ({}),
    rereadAll: (_context, params) => rereadAll(params),
  });
}

const context = {} as LiveContext;

test('what is wished for in one moment is read at once, each view by itself, and each gets its own', async () => {
  const asked: number[][] = [];
  const read = async (params: readonly { id: number }[]) => {
    asked.push(params.map(({ id }) => id));
    return params.map(({ id }) => ({ id }));
  };
  const [one, other] = [viewOf('one', read), viewOf('other', read)];
  const begun = vi.fn();
  const reread = createRereads(
    context,
    createReadQueue(1, () => undefined),
  );
  const values = await Promise.all([
    reread(one, { id: 1 }, {}, begun),
    reread(one, { id: 2 }, {}, begun),
    reread(other, { id: 3 }, {}, begun),
  ]);
  expect(values).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  expect(asked).toEqual([[1, 2], [3]]);
  expect(begun).toHaveBeenCalledTimes(3);
  expect(await reread(one, { id: 4 }, {}, begun)).toEqual({ id: 4 });
});

test('a read that fails is told to all who wished for it, and to nobody else', async () => {
  const bad = viewOf('bad', async () => {
    throw new Error('no');
  });
  const good = viewOf('good', async (params) => params.map(() => 'read'));
  const reread = createRereads(context, (read) => read());
  const results = await Promise.allSettled(
    [bad, bad, good].map((view, id) => reread(view, { id }, {}, () => undefined)),
  );
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
});
