import type { Pool } from 'pg';
import type { CampaignState } from '../../domain/states.ts';
import { type CampaignSelection, conditionOf } from './campaigns.ts';

export type CampaignFacets = {
  total: number;
  /** Campaigns per state, whatever states are selected. */
  states: Partial<Record<CampaignState, number>>;
  /** Who made them, whoever is selected; the most first. */
  authors: { id: string; name: string; count: number }[];
  /** Name of the one release that is selected. */
  release: { id: string; ecuType: string; version: string } | null;
};

const MOST_AUTHORS = 50;

/** How many campaigns a selection has, and how the rest of it divides by state and by author. */
export async function readCampaignFacets(pool: Pool, selection: CampaignSelection): Promise<CampaignFacets> {
  const counted = async <Row extends object>(select: string, part: CampaignSelection, after = '') => {
    const values: unknown[] = [];
    const where = conditionOf(part, values);
    return (await pool.query<Row>(`SELECT ${select} FROM campaigns c WHERE ${where} ${after}`, values)).rows;
  };
  const [total, states, authors, release] = await Promise.all([
    counted<{ count: number }>('count(*)::int AS count', selection),
    counted<{ state: CampaignState; count: number }>(
      'c.state, count(*)::int AS count',
      { ...selection, states: [] },
      'GROUP BY c.state',
    ),
    counted<{ id: string; name: string; count: number }>(
      'c.created_by AS id, max(c.created_by_name) AS name, count(*)::int AS count',
      { ...selection, createdBy: undefined },
      `GROUP BY c.created_by ORDER BY 3 DESC, 1 LIMIT ${MOST_AUTHORS}`,
    ),
    pool.query<{ id: string; ecuType: string; version: string }>(
      'SELECT id, ecu_type AS "ecuType", version FROM releases WHERE id = $1',
      [selection.releaseId ?? null],
    ),
  ]);
  return {
    total: total[0]?.count ?? 0,
    states: Object.fromEntries(states.map(({ state, count }) => [state, count])),
    authors,
    release: release.rows[0] ?? null,
  };
}
