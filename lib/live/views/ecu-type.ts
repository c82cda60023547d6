import { z } from 'zod';
import { listEcuTypeRows, listKnownVersionRows, listReleaseRows } from '#lib/db/queries/catalog.ts';
import { defineView } from '../view.ts';

/** One ECU type with its lineage and its releases; `type` is null where there is none of that name. */
export const ecuTypeView = defineView({
  name: 'ecu-type',
  params: z.object({ name: z.string().max(64) }),
  action: 'catalog.read',
  everyMs: 10_000,
  leastMs: 1_000,
  affectedBy: (hint) => hint.subjects.includes('catalog'),
  async load({ db }, { name }) {
    const [types, lineage, releases] = await Promise.all([
      listEcuTypeRows(db.pool),
      listKnownVersionRows(db.pool, name),
      listReleaseRows(db.pool, { ecuType: name }),
    ]);
    const type = types.find((candidate) => candidate.name === name) ?? null;
    return { type, lineage, releases };
  },
});
