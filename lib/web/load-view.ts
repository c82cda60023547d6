import type { LiveContext } from '#lib/live/view.ts';
import { LIVE_VIEWS, type ViewName, type ViewParams, type ViewValue } from '#lib/live/views.ts';

/** A live view's first state for a server-rendered page, as plain JSON, by the read that keeps it fresh later. */
export async function loadView<Name extends ViewName>(
  context: LiveContext,
  name: Name,
  params: ViewParams<Name>,
): Promise<ViewValue<Name>> {
  // The registry maps each name to its own parameters; TypeScript cannot follow that through the union.
  const load = LIVE_VIEWS[name].load as (context: LiveContext, params: unknown) => Promise<unknown>;
  return JSON.parse(JSON.stringify(await load(context, params)));
}
