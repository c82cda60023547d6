import pg from 'pg';
import { ENGINE_CHANNEL } from '#lib/db/engine/campaigns.ts';
import type { Log } from '#lib/log.ts';

/** Any positive constant: its holder leads. */
const LEADER_LOCK = 7_203_117;
const reconnectMs = 1_000;

export type Leadership = {
  /** Takes the lead where nobody has it, and tells whether this worker leads. */
  lead(): Promise<boolean>;
  stop(): Promise<void>;
};

/**
 * One connection on which a worker hears what services tell the engines and holds the leader's lock. When it
 * breaks the lock is gone with it, and another worker leads.
 */
export function openLeadership(
  databaseUrl: string,
  log: Log,
  onMessage: (about: string) => void,
): Leadership {
  let client: pg.Client | undefined;
  let leads = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'roadcast-engine',
      keepAlive: true,
    });
    const lost = (error?: Error) => {
      if (client !== next && client !== undefined) return;
      client = undefined;
      leads = false;
      if (stopped || timer) return;
      log.debug({ err: error }, 'the engine connection is lost');
      timer = setTimeout(() => {
        timer = undefined;
        void connect();
      }, reconnectMs);
    };
    next.on('error', lost);
    next.on('end', () => lost());
    next.on('notification', ({ payload }) => onMessage(payload ?? ''));
    try {
      await next.connect();
      await next.query(`LISTEN ${ENGINE_CHANNEL}`);
      client = next;
      onMessage('');
    } catch (error) {
      lost(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const connected = connect();

  return {
    async lead() {
      await connected;
      if (leads || !client) return leads;
      const { rows } = await client.query<{ leads: boolean }>('SELECT pg_try_advisory_lock($1) AS leads', [
        LEADER_LOCK,
      ]);
      leads = rows[0]?.leads ?? false;
      if (leads) log.debug('this worker leads the engine');
      return leads;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await connected;
      await client?.end();
    },
  };
}
