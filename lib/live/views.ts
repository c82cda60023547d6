import type { AnyView } from './channel.ts';
import { healthView } from './views/health.ts';

/** Every view that a page may open; a new one is added here and nowhere else. */
export const LIVE_VIEWS = {
  health: healthView,
} as const;

export type LiveViews = typeof LIVE_VIEWS;
export type ViewName = keyof LiveViews;
export type ViewParams<Name extends ViewName> = Parameters<LiveViews[Name]['load']>[1];
export type ViewValue<Name extends ViewName> = Awaited<ReturnType<LiveViews[Name]['load']>>;

/** The view of that name, if there is one. */
export function findView(name: string): AnyView | undefined {
  return Object.values<AnyView>(LIVE_VIEWS).find((view) => view.name === name);
}
