import type { Config } from '#lib/config.ts';
import type { Database } from '#lib/db/client.ts';
import type { Log } from '#lib/log.ts';
import type { Auth } from './auth.ts';

/** What the web process made at its start and every page, action and route handler uses. */
export type WebRuntime = { config: Config; log: Log; db: Database; auth: Auth };

const key = Symbol.for('roadcast.web');

/** Next bundles its own copies of modules; the global object is what server and bundle share. */
export function provideRuntime(runtime: WebRuntime): void {
  Reflect.set(globalThis, key, runtime);
}

/** The runtime of this process. Throws where pages are rendered without the web process (`next build`). */
export function getRuntime(): WebRuntime {
  const runtime: WebRuntime | undefined = Reflect.get(globalThis, key);
  if (!runtime) throw new Error('Pages are served by lib/web/main.ts only.');
  return runtime;
}
