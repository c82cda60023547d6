import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { createJoinScreen } from '#lib/db/engine/join-screen.ts';
import type { EcuDetailsFull } from '#lib/protocol/ecu-details.ts';
import { registerVehicles, testConfig, testReport, testVin } from '../testing.ts';
import { campaignPort } from './assignment-port.ts';
import { ingestIsolating } from './ingest-messages.ts';
import { KnownEcus } from './known-ecus.ts';
import { parseMessage } from './parse.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const { topics: names } = testConfig('postgresql://localhost/x', 'mqtt://localhost');
type Ecu = EcuDetailsFull['ecus'][number];
const first: Ecu = {
  ecuId: 'BMS',
  type: 'BMS',
  hardwareVersion: 'H1',
  softwareVersion: '1',
  partNumber: 'P1',
  serial: 'S1',
  status: 'ok',
  faults: [],
};
let number = 700;

/** Stores reports of one new vehicle, batch by batch; returns the row of its ECU. */
async function storedAfter(...batches: Partial<Ecu>[][]): Promise<unknown> {
  const vin = testVin(++number);
  await registerVehicles(db, [vin]);
  const remembered = { ecus: new KnownEcus(10), screen: createJoinScreen() };
  let ecu = first;
  let sequence = 0;
  const now = new Date();
  for (const batch of [[{}], ...batches]) {
    const messages = batch.map((change) => {
      ecu = { ...ecu, ...change };
      const payload = Buffer.from(JSON.stringify(testReport(vin, ++sequence, [ecu])));
      return parseMessage(names, { topic: `${names.ecuDetails}/${vin}`, payload, qos: 1, receivedAt: now });
    });
    const outcome = await ingestIsolating(db.pool, messages, {
      names,
      now,
      port: campaignPort,
      shard: 0,
      remembered,
    });
    for (const vehicle of outcome.stored) remembered.ecus.put(vehicle);
  }
  const { rows } = await db.pool.query(
    `SELECT ecu_id AS "ecuId", type, hardware_version AS "hardwareVersion", software_version AS "softwareVersion",
       part_number AS "partNumber", serial, status, faults FROM ecus WHERE vin = $1`,
    [vin],
  );
  expect(rows).toEqual([ecu]);
  return rows[0];
}

test.each<[string, Partial<Ecu>]>([
  ['software', { softwareVersion: '2' }],
  ['hardware', { hardwareVersion: 'H2' }],
  ['type', { type: 'BMS2' }],
  ['serial', { serial: 'S2' }],
  ['part number', { partNumber: 'P2' }],
  ['status', { status: 'fault' }],
  ['faults', { faults: ['P0A1F'] }],
  ['software and faults', { softwareVersion: '2', faults: ['P0A1F'] }],
])('the row of an ECU is as reported after its %s changed', async (_, change) => {
  expect(await storedAfter([change])).toMatchObject(change);
});

test('an ECU that changes twice in a batch is written with both', async () => {
  await storedAfter([{ softwareVersion: '2' }, { serial: 'S2' }]);
  await storedAfter([{ serial: 'S2' }, { softwareVersion: '2' }]);
  await storedAfter([{ softwareVersion: '2' }, { softwareVersion: '3' }], [{ softwareVersion: '4' }]);
});
