import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { storedCredentialOf } from '#lib/keys/vehicle-credential.ts';
import { databaseCredentials, watchRevocations } from './credentials.ts';
import { startTestBroker } from './testing.ts';

const vin = 'WVWZZZ1JZXW000001';
const unknown = 'WVWZZZ1JZXW999999';
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function issue(credential: string): Promise<void> {
  const stored = { ...storedCredentialOf(credential), revokedAt: null };
  await database.prisma.vehicleCredential.upsert({
    where: { vin },
    create: { vin, ...stored },
    update: stored,
  });
}

const tell = (whose: string) => database.pool.query("SELECT pg_notify('vehicle_credential', $1)", [whose]);

type Setup = Awaited<ReturnType<typeof startTestBroker>>;

/** A broker whose sessions end with their credentials. */
async function withWatch(
  work: (setup: Setup) => Promise<void>,
  before: (setup: Setup) => Promise<void> = async () => undefined,
) {
  const setup = await startTestBroker({ credentials: databaseCredentials(database.pool) });
  await before(setup);
  const errors: unknown[] = [];
  const stop = watchRevocations({
    pool: database.pool,
    databaseUrl: database.url,
    connectedVehicles: setup.broker.connectedVehicles,
    storedVins: setup.broker.storedVins,
    onInvalid: (gone, valid) =>
      void setup.broker.kick(gone, valid === undefined ? { purge: true } : { except: valid }),
    onError: (error) => errors.push(error),
  });
  try {
    await vi.waitFor(async () => {
      const { rows } = await database.pool.query(
        "SELECT 1 FROM pg_stat_activity WHERE query = 'LISTEN vehicle_credential' AND datname = current_database()",
      );
      expect(rows).toHaveLength(1);
    }, 5_000);
    await work(setup);
    expect(errors).toEqual([]);
  } finally {
    await stop();
    await setup.stop();
  }
}

describe('credentials in Postgres', () => {
  it('are looked up together', async () => {
    await issue('one');
    const query = vi.spyOn(database.pool, 'query');
    const source = databaseCredentials(database.pool);
    const found = await Promise.all([source.find(vin), source.find(unknown), source.find(vin)]);
    expect(found.map((row) => row?.revoked)).toEqual([false, undefined, false]);
    expect(query).toHaveBeenCalledTimes(1);
    query.mockRestore();
  });

  it('let a vehicle in, and put it out as soon as they are revoked', async () => {
    await issue('two');
    await withWatch(async (setup) => {
      await expect(setup.vehicle(vin, { password: 'one' })).rejects.toMatchObject({ code: 4 });
      const { client } = await setup.vehicle(vin, { password: 'two' });
      await client.subscribeAsync(`OTA_Update/${vin}`, { qos: 1 });
      const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
      await database.pool.query('UPDATE vehicle_credentials SET revoked_at = now() WHERE vin = $1', [vin]);
      await tell(vin);
      await closed;
      await expect(setup.vehicle(vin, { password: 'two' })).rejects.toMatchObject({ code: 5 });
      const { client: backend } = await setup.backend('worker');
      await backend.publishAsync(`OTA_Update/${vin}`, '{}', { qos: 1 });
      // The connection ends first, then session and queue are removed.
      await expect.poll(() => setup.broker.metrics().queued).toBe(0);
    });
  });

  it('put out who signed in with the former one, and nobody who has the new one already', async () => {
    await issue('three');
    await withWatch(async (setup) => {
      const { client: former } = await setup.vehicle(vin, { password: 'three' });
      const closed = new Promise<void>((resolve) => former.once('close', () => resolve()));
      await issue('four');
      const { client } = await setup.vehicle(vin, { password: 'four', clientId: `${vin}-bench` });
      await tell(vin);
      await closed;
      expect(client.connected).toBe(true);
      await client.publishAsync(`ECU_Details/${vin}`, '{}', { qos: 1 });
      expect(setup.broker.connectedVehicles()).toEqual([{ vin, credentialId: expect.any(String) }]);
    });
  });

  it('end what is kept of a vehicle that was away when they were revoked and nobody listened', async () => {
    await issue('five');
    await withWatch(
      async (setup) => {
        await expect.poll(() => setup.broker.metrics().queued).toBe(0);
        await expect.poll(() => setup.broker.storedVins()).toEqual([]);
      },
      async (setup) => {
        const { client } = await setup.vehicle(vin, { password: 'five' });
        await client.subscribeAsync(`OTA_Update/${vin}`, { qos: 1 });
        await client.publishAsync(`TCU_Presence/${vin}`, 'online', { qos: 1, retain: true });
        await client.endAsync();
        const { client: backend } = await setup.backend('worker');
        await backend.publishAsync(`OTA_Update/${vin}`, '{}', { qos: 1 });
        expect(await setup.broker.storedVins()).toEqual([vin]);
        expect(setup.broker.metrics().queued).toBe(1);
        await database.pool.query('UPDATE vehicle_credentials SET revoked_at = now() WHERE vin = $1', [vin]);
      },
    );
  });

  it('are unavailable, not wrong, while Postgres does not answer', async () => {
    const credentials = { find: () => Promise.reject(new Error('connection refused')) };
    const setup = await startTestBroker({ credentials });
    await expect(setup.vehicle(vin)).rejects.toMatchObject({ code: 3 });
    await setup.stop();
  });
});
