import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import type { TargetFilter } from '#lib/domain/target-filter.ts';
import { readFleetGroups } from './fleet-groups.ts';

const now = new Date('2026-11-23T12:00:00Z');
const noVersions = { orders: new Map(), inFleet: new Map() };
const vinOf = (n: number) => `TESTGR0VP${String(n).padStart(8, '0')}`;
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
  const { pool } = db;
  await pool.query(
    `INSERT INTO vehicles (vin, model, model_year, region, time_zone, complete, skilled_person_only, blocked_at, retired_at)
     SELECT vin, 'M', 2026, 'DE', 'Europe/Berlin', n <> 3, n = 4, CASE WHEN n = 5 THEN now() END, CASE WHEN n = 6 THEN now() END
     FROM unnest($1::text[]) WITH ORDINALITY AS x (vin, n)`,
    [Array.from({ length: 12 }, (_, index) => vinOf(index + 1))],
  );
  // 1–7 have configuration A (7 with another TCU), 8 and 9 B, 10 ECUs but no key, 11 never reported, 12 no state.
  await pool.query(
    `INSERT INTO vehicle_states (vin, configuration_key, tcu_replaced_at)
     SELECT vin, CASE WHEN n <= 7 THEN 'A' WHEN n <= 9 THEN 'B' END, CASE WHEN n = 7 THEN now() END
     FROM unnest($1::text[]) WITH ORDINALITY AS x (vin, n)`,
    [Array.from({ length: 11 }, (_, index) => vinOf(index + 1))],
  );
  await pool.query(
    `INSERT INTO ecus (vin, ecu_id, type, hardware_version, software_version, status, changed_at)
     VALUES ($1, 'E', 'BMS', 'H', '1', 'ok', now())`,
    [vinOf(10)],
  );
  await pool.query(
    `INSERT INTO campaigns (id, name, definition, created_by, created_by_name, updated_at) VALUES ('c', 'c', '{}', 'x', 'x', now())`,
  );
  await pool.query(`INSERT INTO ecu_types (name, version_scheme) VALUES ('BMS', 'semver')`);
  await pool.query(
    `INSERT INTO releases (id, ecu_type, version, from_versions, preconditions, created_by, updated_at)
     VALUES ('r', 'BMS', '2', '{}', '{}', 'x', now())`,
  );
  await pool.query(`INSERT INTO campaign_releases (campaign_id, release_id, position) VALUES ('c', 'r', 0)`);
  await pool.query(
    `INSERT INTO assignments (campaign_id, vin, wave, state) VALUES ('c', $1, 0, 'declined'), ('c', $2, 0, 'declined')`,
    [vinOf(9), vinOf(4)],
  );
});
afterAll(() => db.drop());

async function groupsOf(target: TargetFilter): Promise<string[]> {
  const groups = await readFleetGroups(db.pool, {
    definition: { target, waves: [], releaseIds: ['r'] },
    versions: noVersions,
    now,
  });
  return groups
    .map(({ vehicles, representative: of }) => {
      const flags = [
        !of.complete && 'incomplete',
        of.skilledPersonOnly && 'skilled',
        of.blockedEcuIds && 'blocked',
        of.tcuReplaced && 'replaced',
        of.declined && 'declined',
      ].filter(Boolean);
      return [`${vehicles} × ${of.configurationKey}`, ...flags].join(' ');
    })
    .sort();
}

const expected = [
  '1 × A blocked',
  '1 × A incomplete',
  '1 × A replaced',
  '1 × A skilled declined',
  '1 × B',
  '1 × B declined',
  '1 × null',
  '1 × null',
  '1 × null',
  '2 × A',
];

it('parts the whole fleet by what eligibility looks at, retired vehicles left out', async () => {
  // Those without a key are alone, with a state or without, where they have ECUs; the others share a group each.
  expect(await groupsOf({ kind: 'all' })).toEqual(expected);
});

it('counts the same by a filter that selects all', async () => {
  expect(await groupsOf({ kind: 'and', filters: [{ kind: 'all' }] })).toEqual(expected);
});

it('counts what a filter selects, and represents it by one of them', async () => {
  const some: TargetFilter = {
    kind: 'text',
    field: 'vin',
    operator: 'in',
    values: [vinOf(2), vinOf(4), vinOf(8)],
  };
  expect(await groupsOf(some)).toEqual(['1 × A', '1 × A skilled declined', '1 × B']);
});
