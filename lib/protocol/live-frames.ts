import { z } from 'zod';

/** Path of the WebSocket on the web origin. */
export const LIVE_PATH = '/live';

/** A view by name with its parameters; both sides build its key from the canonical JSON of this. */
export const ViewReference = z.object({
  name: z.string().min(1).max(60),
  params: z.record(z.string(), z.json()).default({}),
});
export type ViewReference = z.infer<typeof ViewReference>;

/** What a browser says. `id` is the browser's own number for the subscription. */
export const ClientFrame = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('subscribe'), id: z.int().min(1), view: ViewReference }),
  z.object({ kind: z.literal('unsubscribe'), id: z.int().min(1) }),
  /** The browser found a gap and wants the newest state of this view. */
  z.object({ kind: z.literal('resync'), id: z.int().min(1) }),
  /** The answer to a tick, with its `sequence`: all frames up to it have arrived. */
  z.object({ kind: z.literal('seen'), sequence: z.int().min(1) }),
]);
export type ClientFrame = z.infer<typeof ClientFrame>;

const PatchPath = z.array(z.union([z.string(), z.int()]));

/**
 * One step of a patch: the value at `path` is now `value`; without a value the key is gone; with two numbers the list at
 * `path` loses `count` items at `start` and gets these in their place.
 */
export const PatchStep = z.union([
  z.tuple([PatchPath, z.array(z.json()), z.int(), z.int()]),
  z.tuple([PatchPath, z.json().optional()]),
]);
export type PatchStep =
  | [path: (string | number)[], items: unknown[], start: number, count: number]
  | [path: (string | number)[], value?: unknown];

/**
 * What the gateway says. Frames of a view are the same bytes for every socket, so they name the view by the
 * gateway's own `channel`; `revision` counts the view's states and finds gaps.
 */
export const ServerFrame = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('subscribed'), id: z.int(), channel: z.int() }),
  z.object({ kind: z.literal('refused'), id: z.int(), code: z.string(), message: z.string() }),
  z.object({
    kind: z.literal('snapshot'),
    channel: z.int(),
    revision: z.int(),
    at: z.iso.datetime(),
    value: z.json(),
  }),
  z.object({
    kind: z.literal('change'),
    channel: z.int(),
    from: z.int(),
    revision: z.int(),
    at: z.iso.datetime(),
    patch: z.array(PatchStep),
  }),
  /** The view could not be read; the last state stays. */
  z.object({ kind: z.literal('stalled'), channel: z.int(), message: z.string() }),
  /** Each second, and after much was sent: the gateway's clock, frames sent on this connection, how far its data lags. */
  z.object({
    kind: z.literal('tick'),
    at: z.iso.datetime(),
    sequence: z.int(),
    behindMs: z.number(),
    /** Newest revision of this socket's channels, each second, so that a lost frame is found within two. */
    revisions: z.record(z.string(), z.int()),
  }),
]);
export type ServerFrame = z.infer<typeof ServerFrame>;

/** Close codes of the gateway (RFC 6455 §7.4.2: 4000–4999 are private). */
export const LIVE_CLOSE = { signedOut: 4401, forbidden: 4403, tooSlow: 4408, badFrame: 4400 } as const;
