import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NotFoundError } from '#lib/errors.ts';
import { withActor } from '#lib/web/route.ts';

const DOCUMENTS: Readonly<Record<string, string>> = {
  protocol: 'protocol.md',
  filter: 'filter.md',
  operations: 'operations.md',
};

/** A document of this installation's version as it is written, in Markdown. */
export const GET = withActor<{ name: string }>('fleet.read', async (_request, _context, { name }) => {
  const file = Object.hasOwn(DOCUMENTS, name) ? DOCUMENTS[name] : undefined;
  const text = file && (await readFile(join(process.cwd(), 'docs', file), 'utf8').catch(() => undefined));
  if (text === undefined || text === '') throw new NotFoundError(`There is no document ${name}.`, { name });
  return new Response(text, {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  });
});
