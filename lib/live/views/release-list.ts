import { countReleases, listReleasePage, ReleaseQuery } from '#lib/db/queries/release-list.ts';
import { defineView } from '../view.ts';

const FIRST = 100;

/** The first page of the catalog's releases in an order, and how many there are. */
export const releaseListView = defineView({
  name: 'release-list',
  params: ReleaseQuery,
  action: 'catalog.read',
  everyMs: 10_000,
  leastMs: 1_000,
  affectedBy: (hint) => hint.subjects.includes('catalog'),
  async load({ db: { pool } }, query) {
    const [page, counts] = await Promise.all([
      listReleasePage(pool, { ...query, limit: FIRST }),
      countReleases(pool, query),
    ]);
    return { ...page, ...counts };
  },
});
