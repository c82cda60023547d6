import { z } from 'zod';
import { readRelease } from '#lib/db/queries/catalog.ts';
import { ReleaseDefinition } from '#lib/domain/release.ts';
import { defineView } from '../view.ts';

/** One release with its definition, its file and the campaigns that hold it; null where there is none. */
export const releaseView = defineView({
  name: 'release',
  params: z.object({ id: z.string().max(100) }),
  action: 'catalog.read',
  everyMs: 10_000,
  leastMs: 1_000,
  affectedBy: (hint) => hint.subjects.includes('catalog'),
  async load({ db }, { id }) {
    const row = await readRelease(db.pool, id);
    if (!row) return null;
    return { ...row, definition: ReleaseDefinition.parse(row) };
  },
});
