import { z } from 'zod';

/** What kind of rows changed; open pages that show such rows read again. */
export const LiveSubject = z.enum([
  'vehicle',
  /** Vehicles that were heard of, and of which nothing else changed. */
  'seen',
  'campaign',
  'catalog',
  'quarantine',
  'audit',
  'job',
  'health',
  'setting',
  'operator',
  'alert',
]);
export type LiveSubject = z.infer<typeof LiveSubject>;

/** Channel of `NOTIFY` for hints. */
export const LIVE_CHANNEL = 'roadcast_live';

/** Most VINs and campaigns that a hint names; beyond it the list is left out, which means "any". */
export const MAX_HINT_KEYS = 350;

/**
 * "Something changed, read again": the payload of `NOTIFY roadcast_live` after a commit. It carries no state.
 * A list that is absent means that any vehicle or campaign may have changed; an empty one means none.
 */
export const LiveHint = z.looseObject({
  subjects: z.array(LiveSubject).min(1),
  vins: z.array(z.string()).max(MAX_HINT_KEYS).optional(),
  /** Whom the subject `seen` concerns. */
  seen: z.array(z.string()).max(MAX_HINT_KEYS).optional(),
  campaigns: z.array(z.string()).max(MAX_HINT_KEYS).optional(),
});
export type LiveHint = z.infer<typeof LiveHint>;
