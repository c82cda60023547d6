import type { Queryable } from '#lib/db/queryable.ts';
import { OFFERS_STOPPED } from '../engine/campaigns.ts';

export type CampaignLink = { id: string; name: string; state: string };

export type CampaignHead = {
  definition: unknown;
  revision: number;
  impactDigest: string | null;
  reviewedImpact: unknown;
  abortMode: string | null;
  /** What is being told to every assignment just now, and how many there are still to tell. */
  sweep: string | null;
  parent: CampaignLink | null;
  children: CampaignLink[];
  approvals: { userName: string; decision: string; comment: string; at: string }[];
};

/** What a campaign's page shows of the campaign itself besides its row; null where there is none. */
export async function readCampaignHead(db: Queryable, id: string): Promise<CampaignHead | null> {
  const { rows } = await db.query<CampaignHead>({
    name: 'campaign_head',
    text: `SELECT c.definition, c.revision, c.impact_digest AS "impactDigest", c.reviewed_impact AS "reviewedImpact",
              c.abort_mode AS "abortMode", c.sweep,
              (SELECT jsonb_build_object('id', p.id, 'name', p.name, 'state', p.state)
               FROM campaigns p WHERE p.id = c.parent_id) AS parent,
              coalesce((SELECT jsonb_agg(jsonb_build_object('id', k.id, 'name', k.name, 'state', k.state)
                                         ORDER BY k.created_at)
                        FROM campaigns k WHERE k.parent_id = c.id), '[]') AS children,
              coalesce((SELECT jsonb_agg(jsonb_build_object('userName', a.user_name, 'decision', a.decision,
                                                            'comment', a.comment, 'at', a.at) ORDER BY a.at)
                        FROM approvals a WHERE a.campaign_id = c.id AND a.voided_at IS NULL), '[]') AS approvals
       FROM campaigns c WHERE c.id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

export type OffersStop = { stopped: boolean; by: string | null; at: string | null; reason: string | null };

/** Whether all offers are stopped fleet-wide, since when, by whom and why. */
export async function readOffersStop(db: Queryable): Promise<OffersStop> {
  const { rows } = await db.query<OffersStop>({
    name: 'offers_stop',
    text: `SELECT coalesce((value ->> 'stopped')::boolean, false) AS stopped, value ->> 'by' AS by, value ->> 'at' AS at,
              value ->> 'reason' AS reason
       FROM settings WHERE key = $1`,
    values: [OFFERS_STOPPED],
  });
  return rows[0] ?? { stopped: false, by: null, at: null, reason: null };
}
