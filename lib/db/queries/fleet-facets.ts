import type { Pool } from 'pg';
import { compileSelection, type FleetSelection } from './fleet.ts';
import { remembered } from './remembered.ts';

export type Facet = { value: string; count: number };
export type FleetFacets = {
  total: number;
  online: number;
  model: Facet[];
  region: Facet[];
  modelYear: Facet[];
  /** When these were counted; they may be some seconds old. */
  at: Date;
};

/** Distributions of a selection over model, region and model year, the most frequent first. */
export function readFleetFacets(pool: Pool, selection: FleetSelection, now: Date): Promise<FleetFacets> {
  return remembered(pool, `facets ${JSON.stringify(selection)}`, 5_000, async () => {
    const { text, values } = await compileSelection(pool, selection, now);
    const [grouped, online] = await Promise.all([
      pool.query<{
        model: string | null;
        region: string | null;
        year: number | null;
        set: number;
        count: string;
      }>(
        `SELECT v.model, v.region, v.model_year AS year,
                grouping(v.model, v.region, v.model_year) AS set, count(*) AS count
         FROM vehicles v WHERE ${text}
         GROUP BY GROUPING SETS ((v.model), (v.region), (v.model_year), ())
         ORDER BY count(*) DESC, 1, 2, 3`,
        values,
      ),
      pool.query<{ count: string }>(
        `SELECT count(*) AS count FROM vehicle_states s JOIN vehicles v ON v.vin = s.vin WHERE s.online AND ${text}`,
        values,
      ),
    ]);
    const facet = (set: number, nameOf: (row: (typeof grouped.rows)[number]) => string) =>
      grouped.rows
        .filter((row) => row.set === set)
        .map((row) => ({ value: nameOf(row), count: Number(row.count) }));
    return {
      total: Number(grouped.rows.find((row) => row.set === 0b111)?.count ?? 0),
      online: Number(online.rows[0]?.count ?? 0),
      model: facet(0b011, (row) => row.model ?? ''),
      region: facet(0b101, (row) => row.region ?? ''),
      modelYear: facet(0b110, (row) => String(row.year ?? '')).sort((a, b) => (a.value < b.value ? 1 : -1)),
      at: now,
    };
  });
}

/** Software versions of one ECU type within a selection, the most frequent first. */
export function readVersionFacet(
  pool: Pool,
  selection: FleetSelection,
  ecuType: string,
  now: Date,
): Promise<Facet[]> {
  const key = `versions ${JSON.stringify([ecuType, selection])}`;
  return remembered(pool, key, 5_000, async () => {
    const { text, values } = await compileSelection(pool, selection, now);
    const whole = selection.filter.kind === 'all' && !selection.retired;
    const from = whole ? 'ecus e' : 'ecus e JOIN vehicles v ON v.vin = e.vin';
    const condition = whole ? '' : `AND ${text}`;
    const bound = whole ? [] : values;
    const { rows } = await pool.query<{ value: string; count: string }>(
      `SELECT e.software_version AS value, count(*) AS count FROM ${from}
       WHERE e.type = $${bound.length + 1} ${condition}
       GROUP BY e.software_version ORDER BY count(*) DESC, 1`,
      [...bound, ecuType],
    );
    return rows.map(({ value, count }) => ({ value, count: Number(count) }));
  });
}

/** ECU types that the fleet has, from the index alone. */
export async function listFleetEcuTypes(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ type: string }>(
    `WITH RECURSIVE t AS (
       (SELECT type FROM ecus ORDER BY type LIMIT 1)
       UNION ALL
       SELECT (SELECT e.type FROM ecus e WHERE e.type > t.type ORDER BY e.type LIMIT 1) FROM t WHERE t.type IS NOT NULL
     )
     SELECT type FROM t WHERE type IS NOT NULL`,
  );
  return rows.map(({ type }) => type);
}
