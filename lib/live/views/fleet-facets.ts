import { z } from 'zod';
import { FleetSelection } from '#lib/db/queries/fleet.ts';
import { listFleetEcuTypes, readFleetFacets, readVersionFacet } from '#lib/db/queries/fleet-facets.ts';
import { defineView } from '../view.ts';

/** Counts of a selection of the fleet, and the versions of one ECU type in it. */
export const fleetFacetsView = defineView({
  name: 'fleet-facets',
  params: FleetSelection.extend({ ecuType: z.string().max(64).optional() }),
  action: 'fleet.read',
  // Dear at a million vehicles, and remembered in proportion; the interval brings what a hint found too early.
  everyMs: 6_000,
  leastMs: 500,
  affectedBy: (hint) => hint.subjects.includes('vehicle'),
  async load({ db, now }, { ecuType, ...selection }) {
    const [facets, ecuTypes] = await Promise.all([
      readFleetFacets(db.pool, selection, now()),
      listFleetEcuTypes(db.pool),
    ]);
    const shown = ecuType !== undefined && ecuTypes.includes(ecuType) ? ecuType : ecuTypes[0];
    const versions = shown === undefined ? [] : await readVersionFacet(db.pool, selection, shown, now());
    const { at: _, ...counts } = facets;
    return { ...counts, ecuTypes, ecuType: shown ?? null, versions: versions.slice(0, 40) };
  },
});
