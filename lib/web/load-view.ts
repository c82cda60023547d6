import type { Plain } from '#lib/live/plain.ts';
import type { LiveContext } from '#lib/live/view.ts';
import { LIVE_VIEWS, type LiveViews, type ViewName, type ViewParams } from '#lib/live/views.ts';
import { toPlain } from './plain.ts';

type Read<Name extends ViewName> = Awaited<ReturnType<LiveViews[Name]['load']>>;

/** A live view's state as it is read, by the read that keeps it fresh later; to be packed for the page. */
export function readView<Name extends ViewName>(
  context: LiveContext,
  name: Name,
  params: ViewParams<Name>,
): Promise<Read<Name>> {
  // The registry maps each name to its own parameters; TypeScript cannot follow that through the union.
  const load = LIVE_VIEWS[name].load as (context: LiveContext, params: unknown) => Promise<Read<Name>>;
  return load(context, params);
}

/** A live view's first state for a server-rendered page, as plain JSON. */
export async function loadView<Name extends ViewName>(
  context: LiveContext,
  name: Name,
  params: ViewParams<Name>,
): Promise<Plain<Read<Name>>> {
  return toPlain(await readView(context, name, params));
}
