import type { Pool } from 'pg';
import { z } from 'zod';
import { ReleaseState } from '../../domain/release.ts';
import { RELEASE, type ReleaseRow } from './catalog.ts';
import { decodeCursor, pageOf } from './keyset.ts';
import { countOf, readVersionCounts } from './version-counts.ts';

/** Columns in whose order releases can be paged; an index serves each. */
export const ReleaseSort = z.enum(['createdAt', 'ecuType']);
export type ReleaseSort = z.infer<typeof ReleaseSort>;

/** Which releases: those that hold a text in type, version or hardware, in one state. */
export const ReleaseSelection = z.object({
  text: z.string().max(200).default(''),
  state: ReleaseState.optional(),
});
export type ReleaseSelection = z.infer<typeof ReleaseSelection>;

export const ReleaseQuery = ReleaseSelection.extend({
  sort: ReleaseSort.default('createdAt'),
  descending: z.boolean().default(true),
});
export type ReleaseQuery = z.infer<typeof ReleaseQuery>;

const WHERE = `($1::text = '' OR position(lower($1) IN lower(r.ecu_type || ' ' || r.version || ' ' || array_to_string(r.hardware_versions, ' '))) > 0)
  AND ($2::text IS NULL OR r.state = $2)`;
const SORTS = {
  createdAt: { columns: ['r.created_at', 'r.id'], types: ['instant', 'text'] },
  ecuType: { columns: ['r.ecu_type', 'r.version'], types: ['text', 'text'] },
} as const;
const CASTS = { instant: 'timestamptz', text: 'text' } as const;

/** One page of releases by keyset; `next` is the cursor of the following one. */
export async function listReleasePage(
  pool: Pool,
  {
    text,
    state,
    sort,
    descending,
    cursor,
    limit,
  }: ReleaseQuery & { cursor?: string | undefined; limit: number },
): Promise<{ rows: ReleaseRow[]; next: string | null }> {
  const { columns, types } = SORTS[sort];
  const values: unknown[] = [text.trim(), state ?? null, limit + 1];
  const direction = descending ? 'DESC' : 'ASC';
  let after = '';
  if (cursor !== undefined) {
    values.push(...decodeCursor(cursor, ...types));
    const bound = types.map((type, index) => `$${index + 4}::${CASTS[type]}`);
    after = `AND (${columns.join(', ')}) ${descending ? '<' : '>'} (${bound.join(', ')})`;
  }
  const [{ rows }, counts] = await Promise.all([
    pool.query<Omit<ReleaseRow, 'installedOn'>>(
      `SELECT ${RELEASE}
       FROM releases r JOIN ecu_types t ON t.name = r.ecu_type
       LEFT JOIN artifacts f ON f.sha256 = r.artifact_sha256
       WHERE ${WHERE} ${after} ORDER BY ${columns.map((column) => `${column} ${direction}`).join(', ')} LIMIT $3`,
      values,
    ),
    readVersionCounts(pool),
  ]);
  const page = rows.map((row) => ({ ...row, installedOn: countOf(counts, row.ecuType, row.version) }));
  return pageOf(page, limit, (row) =>
    sort === 'ecuType' ? [row.ecuType, row.version] : [row.createdAt.toISOString(), row.id],
  );
}

/** How many releases a selection has, and how many there are at all. */
export async function countReleases(
  pool: Pool,
  { text, state }: ReleaseSelection,
): Promise<{ selected: number; all: number }> {
  const { rows } = await pool.query<{ selected: number; all: number }>(
    `SELECT count(*) FILTER (WHERE ${WHERE})::int AS selected, count(*)::int AS all FROM releases r`,
    [text.trim(), state ?? null],
  );
  return rows[0] ?? { selected: 0, all: 0 };
}
