import { z } from 'zod';
import { listEcuTypeRows, listReleaseRows } from '#lib/db/queries/catalog.ts';
import { defineView } from '../view.ts';

/** All ECU types and releases, with how far the fleet is. */
export const catalogView = defineView({
  name: 'catalog',
  params: z.object({}),
  action: 'catalog.read',
  everyMs: 10_000,
  leastMs: 1_000,
  affectedBy: (hint) => hint.subjects.includes('catalog'),
  async load({ db }) {
    const [types, releases] = await Promise.all([listEcuTypeRows(db.pool), listReleaseRows(db.pool, {})]);
    return { types, releases };
  },
});
