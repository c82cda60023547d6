import pg from 'pg';
import type { Log } from '#lib/log.ts';
import { LIVE_CHANNEL, LiveHint } from '#lib/protocol/live-hint.ts';

export type HintListener = { connected(): boolean; stop(): Promise<void> };

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;

/**
 * Hears the hints on a connection of its own and comes back after a loss. `onGap` is called at each connect,
 * because hints of the time before are lost.
 */
export function listenForHints(
  databaseUrl: string,
  log: Log,
  onHint: (hint: LiveHint) => void,
  onGap: () => void,
): HintListener {
  let client: pg.Client | undefined;
  let connected = false;
  let stopped = false;
  let delay = FIRST_DELAY_MS;
  let timer: NodeJS.Timeout | undefined;

  const lose = (lost: pg.Client, error?: Error) => {
    if (client !== lost) return;
    client = undefined;
    connected = false;
    lost.end().catch(() => undefined);
    if (stopped) return;
    if (error) log.warn({ err: error.message }, 'lost the connection that hears live hints');
    timer = setTimeout(() => void connect(), delay);
    delay = Math.min(delay * 2, LONGEST_DELAY_MS);
  };

  const connect = async () => {
    const next = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'roadcast-live',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    client = next;
    next.on('error', (error) => lose(next, error));
    next.on('end', () => lose(next));
    next.on('notification', ({ payload }) => {
      const hint = parseHint(payload);
      if (hint) onHint(hint);
      else log.warn({ payload }, 'a live hint that does not parse; reading everything again');
      if (!hint) onGap();
    });
    try {
      await next.connect();
      await next.query(`LISTEN ${LIVE_CHANNEL}`);
      connected = true;
      delay = FIRST_DELAY_MS;
      onGap();
    } catch (error) {
      lose(next, error instanceof Error ? error : new Error(String(error)));
    }
  };
  void connect();

  return {
    connected: () => connected,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}

function parseHint(payload: string | undefined): LiveHint | undefined {
  try {
    return LiveHint.safeParse(JSON.parse(payload ?? '')).data;
  } catch {
    return undefined;
  }
}
