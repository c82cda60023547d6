import type pg from 'pg';
import type { AssignmentPolicy } from '#lib/domain/assignment-snapshot.ts';
import { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import type { CampaignState } from '#lib/domain/states.ts';

/** A campaign as far as its assignments' decisions need it. */
export type CampaignPolicy = {
  id: string;
  state: CampaignState;
  startedAt: Date | null;
  definition: CampaignDefinition;
  policy: AssignmentPolicy;
};

const definitions = new Map<string, CampaignDefinition>();

/** The definition of a stored campaign, parsed once per revision. */
export function definitionOf(id: string, revision: number, stored: unknown): CampaignDefinition {
  const key = `${id}:${revision}:${JSON.stringify(stored).length}`;
  const known = definitions.get(key);
  if (known) return known;
  if (definitions.size > 1000) definitions.clear();
  const definition = CampaignDefinition.parse(stored);
  definitions.set(key, definition);
  return definition;
}

/** Policies of the campaigns named, by id. */
export async function loadPolicies(
  client: Pick<pg.PoolClient, 'query'>,
  campaignIds: readonly string[],
): Promise<Map<string, CampaignPolicy>> {
  const ids = [...new Set(campaignIds)];
  if (ids.length === 0) return new Map();
  const result = await client.query<{
    id: string;
    state: CampaignState;
    revision: number;
    definition: unknown;
    started_at: Date | null;
    finished_at: Date | null;
  }>(`SELECT id, state, revision, definition, started_at, finished_at FROM campaigns WHERE id = ANY($1)`, [
    ids,
  ]);
  return new Map(
    result.rows.map((row) => {
      const definition = definitionOf(row.id, row.revision, row.definition);
      const { timeouts, retry, offerAgainAfterRefusal } = definition;
      const policy: AssignmentPolicy = {
        timeouts,
        retry,
        offerAgainAfterRefusal,
        campaignEndedAt: row.finished_at,
      };
      return [row.id, { id: row.id, state: row.state, startedAt: row.started_at, definition, policy }];
    }),
  );
}
