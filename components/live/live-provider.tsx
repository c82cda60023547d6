'use client';

import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { viewKey } from '#lib/live/view-key.ts';
import type { LiveViews, ViewName, ViewParams, ViewValue } from '#lib/live/views.ts';
import { type Freshness, LiveClient } from './live-client.ts';

const LiveContext = createContext<LiveClient | undefined>(undefined);

/** Opens the tab's one live connection for all pages below. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [client] = useState(
    () =>
      new LiveClient(() =>
        location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`),
      ),
  );
  useEffect(() => {
    client.start();
    return () => client.stop();
  }, [client]);
  return <LiveContext value={client}>{children}</LiveContext>;
}

function useClient(): LiveClient {
  const client = useContext(LiveContext);
  if (!client) throw new Error('Live views need <LiveProvider> above them.');
  return client;
}

const CONNECTING: Freshness = { state: 'connecting' };

/** How fresh the page is. */
export function useFreshness(): Freshness {
  const client = useClient();
  return useSyncExternalStore(client.onFreshness, client.freshness, () => CONNECTING);
}

export type LiveResult<Value> = {
  data: Value;
  freshness: Freshness;
  /** Why this view cannot be read just now, if so; `data` is what was last known. */
  problem: string | undefined;
};

/**
 * A view of lib/live/views.ts, kept fresh. `initial` comes from `loadView` in the server component. New
 * parameters open another view; until its first state arrives, `initial` is shown.
 */
export function useLiveView<Name extends ViewName>(
  name: Name,
  params: ViewParams<Name>,
  initial: ViewValue<Name>,
): LiveResult<ViewValue<Name>> {
  const client = useClient();
  const freshness = useFreshness();
  const key = viewKey(name, params);
  const subscribe = useMemo(() => {
    const parsed: Record<string, unknown> = JSON.parse(key.slice(name.length + 1));
    return (listener: () => void) => client.watch(key, name, parsed, listener);
  }, [client, key, name]);
  const state = useSyncExternalStore(
    subscribe,
    () => client.stateOf(key),
    () => undefined,
  );
  const data = state && state.revision > 0 ? (state.value as ViewValue<Name>) : initial;
  return { data, freshness, problem: state?.problem };
}

export type { LiveViews };
