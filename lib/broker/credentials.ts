import pg from 'pg';
import { type CredentialSource, credentialIdOf, type RegisteredCredential } from './authentication.ts';

/** Channel on which services tell that a credential was issued, changed or revoked; the payload is the VIN. */
export const credentialChannel = 'vehicle_credential';

const batchWindowMs = 3;
const batchLimit = 1_000;
const checkEveryMs = 15_000;
const reconnectMs = 1_000;
const CHUNK = 10_000;

type Row = { vin: string; salt: Buffer; hash: Buffer; revoked: boolean };
type Waiter = { resolve(row: RegisteredCredential | undefined): void; reject(error: unknown): void };

/**
 * Credentials as they stand in Postgres, never cached, so that a revocation counts at once. CONNECTs that
 * come together, as after a restart, are looked up together.
 */
export function databaseCredentials(pool: pg.Pool): CredentialSource {
  let waiting = new Map<string, Waiter[]>();
  let timer: NodeJS.Timeout | undefined;

  const flush = async () => {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting;
    waiting = new Map();
    try {
      const { rows } = await pool.query<Row>(
        `SELECT vin, salt, hash, revoked_at IS NOT NULL AS revoked
         FROM vehicle_credentials WHERE vin = ANY($1::text[])`,
        [[...batch.keys()]],
      );
      const found = new Map(rows.map((row) => [row.vin, row]));
      for (const [vin, waiters] of batch) for (const waiter of waiters) waiter.resolve(found.get(vin));
    } catch (error) {
      for (const waiters of batch.values()) for (const waiter of waiters) waiter.reject(error);
    }
  };

  return {
    find: (vin) =>
      new Promise((resolve, reject) => {
        const waiters = waiting.get(vin);
        if (waiters) waiters.push({ resolve, reject });
        else waiting.set(vin, [{ resolve, reject }]);
        if (waiting.size >= batchLimit) void flush();
        else timer ??= setTimeout(() => void flush(), batchWindowMs);
      }),
  };
}

export type RevocationWatch = {
  pool: pg.Pool;
  databaseUrl: string;
  /** Who is connected, and with which credential; undefined where with the enrolment token. */
  connectedVehicles(): { vin: string; credentialId: string | undefined }[];
  /** Vehicles of which the broker keeps something. */
  storedVins(): Promise<string[]>;
  /** Only sessions of the credential `valid` may go on; undefined where there is none any more. */
  onInvalid(vin: string, valid: string | undefined): void;
  onError(error: unknown): void;
};

/**
 * Ends sessions whose credential was revoked or changed: at once on a NOTIFY, and by a look at everyone
 * connected every 15 s and after each loss of the listening connection. Returns how to stop.
 */
export function watchRevocations(watch: RevocationWatch): () => Promise<void> {
  let client: pg.Client | undefined;
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;

  /** The credential that is good for each of these vehicles. */
  const validOf = async (vins: string[]): Promise<Map<string, string>> => {
    const { rows } = await watch.pool.query<{ vin: string; salt: Buffer }>(
      'SELECT vin, salt FROM vehicle_credentials WHERE vin = ANY($1::text[]) AND revoked_at IS NULL',
      [vins],
    );
    return new Map(rows.map((row) => [row.vin, credentialIdOf(row)]));
  };
  const checkEveryone = async () => {
    const connected = watch.connectedVehicles();
    if (connected.length === 0) return;
    try {
      const valid = await validOf(connected.map(({ vin }) => vin));
      for (const { vin, credentialId } of connected) {
        if (valid.get(vin) !== credentialId) watch.onInvalid(vin, valid.get(vin));
      }
    } catch (error) {
      watch.onError(error);
    }
  };
  /** Revocations that nobody told: their vehicles were away, and so was this process or its connection. */
  const checkStored = async () => {
    const vins = await watch.storedVins();
    for (let at = 0; at < vins.length; at += CHUNK) {
      const chunk = vins.slice(at, at + CHUNK);
      const valid = await validOf(chunk);
      // Who has only the enrolment token is connected, or has nothing that is worth keeping.
      const connected = new Set(watch.connectedVehicles().map(({ vin }) => vin));
      for (const vin of chunk) if (!valid.has(vin) && !connected.has(vin)) watch.onInvalid(vin, undefined);
    }
  };
  const onNotice = async (vin: string) => {
    try {
      watch.onInvalid(vin, (await validOf([vin])).get(vin));
    } catch (error) {
      watch.onError(error);
    }
  };
  const listen = async () => {
    if (stopped) return;
    const next = new pg.Client({ connectionString: watch.databaseUrl, application_name: 'roadcast-broker' });
    client = next;
    const lost = () => {
      next.removeAllListeners();
      next.on('error', () => undefined);
      next.end().catch(watch.onError);
      if (!stopped) retry = setTimeout(() => void listen(), reconnectMs);
    };
    next.once('error', lost);
    next.once('end', lost);
    next.on('notification', ({ payload }) => {
      if (payload) void onNotice(payload);
    });
    try {
      await next.connect();
      await next.query(`LISTEN ${credentialChannel}`);
      await checkEveryone();
      await checkStored();
    } catch (error) {
      watch.onError(error);
      if (next.listenerCount('end') > 0) lost();
    }
  };

  void listen();
  const timer = setInterval(() => void checkEveryone(), checkEveryMs);
  return async () => {
    stopped = true;
    clearInterval(timer);
    clearTimeout(retry);
    client?.removeAllListeners('end');
    await client?.end().catch(watch.onError);
  };
}
