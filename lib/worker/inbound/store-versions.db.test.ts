import pg, { type Pool, type PoolClient } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { createJoinScreen } from '#lib/db/engine/join-screen.ts';
import { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import { registerVehicles, testConfig, testReport, testVin } from '../testing.ts';
import { type AssignmentPort, campaignPort } from './assignment-port.ts';
import { ingestIsolating } from './ingest-messages.ts';
import { KnownEcus } from './known-ecus.ts';
import { parseMessage } from './parse.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const { topics: names } = testConfig('postgresql://localhost/x', 'mqtt://localhost');
const now = new Date();
let number = 800;

/** Notes the names of the statements that a batch makes. */
function observed(pool: Pool, statements: string[]): Pool {
  const connect = async () => {
    const client = await pool.connect();
    const query = (given: unknown, ...more: unknown[]) => {
      statements.push(String(Reflect.get(Object(given), 'name') ?? given));
      return Reflect.apply(client.query, client, [given, ...more]);
    };
    return new Proxy(client, {
      get: (target, key) => (key === 'query' ? query : bound(target, key)),
    });
  };
  return new Proxy(pool, { get: (target, key) => (key === 'connect' ? connect : bound(target, key)) });
}

function bound(target: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key);
  return typeof value === 'function' ? value.bind(target) : value;
}

/** A worker's memory, and what it does with the reports of one batch. */
function startIngest(port: AssignmentPort = campaignPort, remember = true, pool: Pool = db.pool) {
  const remembered = { ecus: new KnownEcus(10), screen: createJoinScreen() };
  const statements: string[] = [];
  return {
    statements,
    async store(...reports: { vin: string; sequence: number; versions: string[]; serial?: string }[]) {
      statements.length = 0;
      const messages = reports.map(({ vin, sequence, versions, serial }) => {
        const ecus = versions.map((softwareVersion, place) => ({ ecuId: `E${place}`, softwareVersion }));
        const payload = Buffer.from(
          JSON.stringify(testReport(vin, sequence, ecus, serial ? { serial } : {})),
        );
        const topic = `${names.ecuDetails}/${vin}`;
        return parseMessage(names, {
          topic,
          payload,
          qos: 1,
          receivedAt: new Date(now.getTime() + sequence),
        });
      });
      const outcome = await ingestIsolating(observed(pool, statements), messages, {
        names,
        now,
        port,
        shard: 0,
        ...(remember && { remembered }),
      });
      for (const vehicle of outcome.stored) remembered.ecus.put(vehicle);
      return outcome;
    },
  };
}

async function newVehicle(): Promise<string> {
  const vin = testVin(++number);
  await registerVehicles(db, [vin]);
  return vin;
}

/** All that is stored of a vehicle, without what tells it from another one. */
async function storedOf(vin: string): Promise<unknown> {
  const of = async (table: string, order: string) =>
    (
      await db.pool.query(
        `SELECT to_jsonb(t) - 'id' - 'vin' - 'tcu_serial' - 'fingerprint' AS row FROM ${table} t WHERE vin = $1 ORDER BY ${order}`,
        [vin],
      )
    ).rows;
  return {
    state: await of('vehicle_states', 'vin'),
    ecus: await of('ecus', 'ecu_id'),
    history: await of('ecu_versions', 'sequence, ecu_id'),
    timeline: await of('timeline_events', 'id'),
  };
}

const stateOf = async (vin: string) =>
  (await db.pool.query('SELECT * FROM vehicle_states WHERE vin = $1', [vin])).rows[0];
const versionOf = async (vin: string) =>
  (await db.pool.query(`SELECT software_version FROM ecus WHERE vin = $1 AND ecu_id = 'E0'`, [vin])).rows[0]
    ?.software_version;

test('what a remembered vehicle reports is stored as if it had been read, without reading it', async () => {
  const [one, other] = [await newVehicle(), await newVehicle()];
  const remembering = startIngest();
  const reading = startIngest(campaignPort, false);
  const course: { sequence: number; versions: string[] }[][] = [
    [{ sequence: 1, versions: ['1', '1', '1'] }],
    [{ sequence: 2, versions: ['2', '1', '1'] }],
    [{ sequence: 5, versions: ['2', '3 "x" \\ü', '2'] }],
    [
      { sequence: 6, versions: ['2', '4', '2'] },
      { sequence: 7, versions: ['3', '4', '2'] },
    ],
  ];
  for (const [place, batch] of course.entries()) {
    const outcome = await remembering.store(...batch.map((report) => ({ vin: one, ...report })));
    expect(remembering.statements.includes('ingest_lock')).toBe(place === 0);
    const same = await reading.store(...batch.map((report) => ({ vin: other, ...report })));
    expect(reading.statements).toContain('ingest_lock');
    expect(outcome.counts).toEqual(same.counts);
    expect(outcome.acknowledge.get(one)).toBe(same.acknowledge.get(other));
    expect(outcome.changed).toEqual(new Set([one]));
    expect(await storedOf(one)).toEqual(await storedOf(other));
  }
});

test('an ECU that changes twice in a batch has both in its history', async () => {
  const vin = await newVehicle();
  const ingest = startIngest();
  await ingest.store({ vin, sequence: 1, versions: ['1'] });
  await ingest.store({ vin, sequence: 2, versions: ['2'] }, { vin, sequence: 3, versions: ['3'] });
  expect(await versionOf(vin)).toBe('3');
  const { rows } = await db.pool.query('SELECT software_version AS v FROM ecu_versions WHERE vin = $1', [
    vin,
  ]);
  expect(rows.map(({ v }) => v).sort()).toEqual(['1', '2', '3']);
});

test.each<[string, string, { version: string; state: object; refused?: string }]>([
  [
    'another worker has written it',
    'ecu_revision = ecu_revision + 1',
    { version: '2', state: { ecu_revision: 3 } },
  ],
  [
    'a newer report is stored',
    'sequence = 9, report_sequence = 9',
    { version: '1', state: { sequence: '9', report_sequence: '9' } },
  ],
  [
    'it was taken offline in silence',
    'online = false, presence_at = NULL',
    { version: '2', state: { online: true } },
  ],
  [
    'it was retired',
    'fingerprint = NULL, online = false',
    { version: '1', state: { fingerprint: null }, refused: 'unknown_vehicle' },
  ],
  ['its TCU was exchanged', `epoch = 2, fingerprint = 'x'`, { version: '2', state: { epoch: 2 } }],
])('it is read where it is not stored as remembered: %s', async (what, change, expected) => {
  const [vin, other] = [await newVehicle(), await newVehicle()];
  const ingest = startIngest();
  for (const given of [vin, other]) await ingest.store({ vin: given, sequence: 1, versions: ['1', '1'] });
  await db.pool.query(`UPDATE vehicle_states SET ${change} WHERE vin = $1`, [vin]);
  if (what === 'it was retired')
    await db.pool.query('UPDATE vehicles SET retired_at = now() WHERE vin = $1', [vin]);
  const outcome = await ingest.store(
    { vin, sequence: 5, versions: ['2', '1'] },
    { vin: other, sequence: 5, versions: ['2', '1'] },
  );
  expect(ingest.statements.filter((name) => /^ingest_(versions|lock)$/.test(name))).toEqual([
    'ingest_versions',
    'ingest_lock',
  ]);
  expect(await versionOf(vin)).toBe(expected.version);
  expect(await stateOf(vin)).toMatchObject(expected.state);
  expect(outcome.refused.map(({ reason }) => reason)).toEqual(expected.refused ? [expected.refused] : []);
  expect(await versionOf(other)).toBe('2');
});

test('where most of a batch has to be read, all of it is', async () => {
  const vins = [await newVehicle(), await newVehicle(), await newVehicle()];
  const [changing = '', ...others] = vins;
  const ingest = startIngest();
  for (const vin of vins) await ingest.store({ vin, sequence: 1, versions: ['1'] });
  // One ECU more is not a version alone.
  await ingest.store(
    { vin: changing, sequence: 2, versions: ['2'] },
    ...others.map((vin) => ({ vin, sequence: 2, versions: ['1', '1'] })),
  );
  expect(ingest.statements).not.toContain('ingest_versions');
  expect(await versionOf(changing)).toBe('2');
  const { rows } = await db.pool.query('SELECT 1 FROM ecus WHERE vin = ANY ($1)', [vins]);
  expect(rows).toHaveLength(5);
});

test('a status since, and a sequence between, are kept', async () => {
  const vin = await newVehicle();
  const ingest = startIngest();
  await ingest.store({ vin, sequence: 1, versions: ['1'] });
  const later = new Date(now.getTime() + 60_000);
  await db.pool.query(
    'UPDATE vehicle_states SET sequence = 8, status_count = 3, last_seen_at = $2 WHERE vin = $1',
    [vin, later],
  );
  await ingest.store({ vin, sequence: 5, versions: ['2'] });
  expect(ingest.statements).not.toContain('ingest_lock');
  expect(await stateOf(vin)).toMatchObject({
    sequence: '8',
    report_sequence: '5',
    status_count: 3,
    last_seen_at: later,
  });
});

test('only vehicles whose assignments a change concerns are told to the campaigns', async () => {
  const [waiting, free] = [await newVehicle(), await newVehicle()];
  await db.pool.query(
    `INSERT INTO campaigns (id, name, state, definition, created_by, created_by_name, updated_at)
     VALUES ('c', 'c', 'running', $1, 'x', 'x', now())`,
    [JSON.stringify(CampaignDefinition.parse({ name: 'c', releaseIds: ['r'], target: { kind: 'all' } }))],
  );
  await db.pool.query(
    `INSERT INTO assignments (campaign_id, vin, wave, state, phase_at) VALUES ('c', $1, 0, 'pending', now())`,
    [waiting],
  );
  const told: string[] = [];
  const onInventory: AssignmentPort['onInventory'] = (client: PoolClient, inventories, options) => {
    told.push(...inventories.map(({ vin }) => vin));
    return campaignPort.onInventory(client, inventories, options);
  };
  const ingest = startIngest({ ...campaignPort, onInventory });
  for (const vin of [waiting, free]) await ingest.store({ vin, sequence: 1, versions: ['1'] });
  told.length = 0;
  await db.pool.query('UPDATE assignments SET due_at = NULL');
  const outcome = await ingest.store(
    { vin: waiting, sequence: 2, versions: ['2'] },
    { vin: free, sequence: 2, versions: ['2'] },
  );
  expect(ingest.statements).not.toContain('ingest_lock');
  expect(told).toEqual([waiting]);
  expect(outcome.wake).toBe(true);
});

test('a batch is halved to the one that cannot be stored without taking the whole pool', async () => {
  const vins = await Promise.all(Array.from({ length: 40 }, newVehicle));
  const bad = vins[27] ?? '';
  await db.pool.query(
    `CREATE OR REPLACE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN IF NEW.vin = '${bad}' THEN RAISE EXCEPTION 'poison'; END IF; RETURN NEW; END $$;
     CREATE TRIGGER refuse_one BEFORE INSERT ON ecu_versions FOR EACH ROW EXECUTE FUNCTION refuse_one()`,
  );
  const narrow = new pg.Pool({ connectionString: db.url, max: 1, connectionTimeoutMillis: 2_000 });
  const outcome = await startIngest(campaignPort, false, narrow).store(
    ...vins.map((vin) => ({ vin, sequence: 1, versions: ['1'] })),
  );
  await narrow.end();
  await db.pool.query('DROP TRIGGER refuse_one ON ecu_versions');
  expect(outcome.refused.map(({ vin }) => vin)).toEqual([bad]);
  expect(await versionOf(vins[39] ?? '')).toBe('1');
});

test('a vehicle that cannot be stored does not harm the others of its batch', async () => {
  const [good, bad] = [await newVehicle(), await newVehicle()];
  const ingest = startIngest();
  for (const vin of [good, bad]) await ingest.store({ vin, sequence: 1, versions: ['1'] });
  await db.pool.query(
    `CREATE FUNCTION refuse_version() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN IF NEW.vin = '${bad}' THEN RAISE EXCEPTION 'poison'; END IF; RETURN NEW; END $$;
     CREATE TRIGGER refuse_version BEFORE INSERT ON ecu_versions FOR EACH ROW EXECUTE FUNCTION refuse_version()`,
  );
  const outcome = await ingest.store(
    { vin: good, sequence: 2, versions: ['2'] },
    { vin: bad, sequence: 2, versions: ['2'] },
  );
  await db.pool.query('DROP TRIGGER refuse_version ON ecu_versions');
  expect(outcome.refused.map(({ vin, reason }) => [vin, reason])).toEqual([[bad, 'processing_failed']]);
  expect([await versionOf(good), await versionOf(bad)]).toEqual(['2', '1']);
});
