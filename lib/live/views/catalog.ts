import { z } from 'zod';
import { listCatalogReleases, listEcuTypeRows } from '#lib/db/queries/catalog.ts';
import { defineView } from '../view.ts';

const NEWEST = 500;

/** An id as it may stand in an address or a draft; Postgres takes no NUL. */
export const ReleaseId = z
  .string()
  .max(64)
  .regex(/^[^\0]*$/);

/** All ECU types, and of the releases the newest, those asked for and those that others need, with how far the fleet is. */
export const catalogView = defineView({
  name: 'catalog',
  params: z.object({ ids: z.array(ReleaseId).max(500).default([]) }),
  action: 'catalog.read',
  everyMs: 10_000,
  leastMs: 1_000,
  affectedBy: (hint) => hint.subjects.includes('catalog'),
  async load({ db }, { ids }) {
    const [types, releases] = await Promise.all([
      listEcuTypeRows(db.pool),
      listCatalogReleases(db.pool, { ids, limit: NEWEST }),
    ]);
    return { types, releases };
  },
});
