import { z } from 'zod';
import { AlertEvent } from '#lib/domain/alert-event.ts';

const common = {
  name: z.string().trim().min(1).max(80),
  events: z.array(AlertEvent).min(1, 'choose at least one event'),
  enabled: z.boolean().default(true),
};

/** Where alerts go: an address, or a URL that is called with a body signed by `secret` (HMAC-SHA256). */
export const AlertChannelFields = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('email'), target: z.email().max(254), ...common }),
  z.object({
    kind: z.literal('webhook'),
    target: z.url({ protocol: /^https?$/, error: 'an http or https URL' }).max(2000),
    secret: z.string().min(16).max(200).optional(),
    ...common,
  }),
]);
export type AlertChannelFields = z.infer<typeof AlertChannelFields>;

type AuditedChannel = { kind: string; target: string; secret?: string | null | undefined };

/**
 * A channel as the audit log keeps it, which everybody may read: without its secret, and of a webhook's address
 * the origin only, because its path and query are often a key.
 */
export function withoutSecret({ secret, ...channel }: AuditedChannel): Record<string, unknown> {
  if (channel.kind === 'email') return channel;
  return {
    ...channel,
    target: `${new URL(channel.target).origin}/…`,
    ...(secret !== undefined && { signed: secret !== null }),
  };
}
