import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '#e2e/fixtures/database.ts';
import { type FilterableVehicle, matchesFilter } from '../domain/filter-evaluate.ts';
import { parseFilterText } from '../domain/filter-text.ts';
import { AssignmentState, FINAL_STATES } from '../domain/states.ts';
import { targetFilterArbitrary } from '../domain/target-filter.arbitrary.ts';
import type { TargetFilter } from '../domain/target-filter.ts';
import { compileFilter, loadFilterVersions, prepareFilter } from './filter-sql.ts';
import { loadVersionOrders } from './version-orders.ts';

const now = new Date('2026-11-23T12:00:00Z');
const models = ['Aurora', 'Borealis', 'Aura', 'A_%'];
const regions = ['DE', 'DE-BY', 'FR'];
const zones = ['Europe/Berlin', 'America/New_York'];
const tags = ['pilot', 'pi', 'taxi', '"x"'];
const hardware = ['H1', 'H2', ''];
const types = ['BMS', 'VCU', 'CAM', 'Uncatalogued'];
const versions = [
  '1.9',
  '1.10.2',
  '1.10.2b',
  'v1.10',
  '2.0.0',
  '2.0.0-rc.1',
  '39990-TLA-A040',
  'A\\x00B',
  'F152607110',
  '😀',
  '',
];
const campaigns = ['c1', 'c2'];
const closed = ['pending', ...FINAL_STATES] as const satisfies readonly AssignmentState[];
const vins = Array.from({ length: 40 }, (_, index) => `WVWZZZ1JZXW${String(index).padStart(6, '0')}`);

const database = await createTestDatabase();
afterAll(() => database.drop());

beforeAll(async () => {
  const { pool } = database;
  await pool.query(
    `INSERT INTO ecu_types (name, version_scheme) VALUES ('BMS', 'dotted'), ('VCU', 'semver'), ('CAM', 'lineage')`,
  );
  await pool.query(
    `INSERT INTO known_versions (ecu_type, version, ordinal, source)
     VALUES ('CAM', 'F152607110', 1, 'baseline'), ('CAM', 'A\\x00B', 2, 'baseline'), ('CAM', '39990-TLA-A040', 3, 'release')`,
  );
  for (const id of campaigns) {
    await pool.query(
      `INSERT INTO campaigns (id, name, definition, created_by, created_by_name, updated_at) VALUES ($1, $1, '{}', 'x', 'x', now())`,
      [id],
    );
  }
});

const vehicleArbitrary: fc.Arbitrary<Omit<FilterableVehicle, 'vin'>> = fc.record({
  model: fc.constantFrom(...models),
  modelYear: fc.integer({ min: 2021, max: 2025 }),
  region: fc.constantFrom(...regions),
  timeZone: fc.constantFrom(...zones),
  tags: fc.subarray(tags),
  skilledPersonOnly: fc.boolean(),
  online: fc.boolean(),
  lastSeenAt: fc.option(
    fc.integer({ min: 0, max: 240 }).map((minutes) => new Date(now.getTime() - minutes * 60_000)),
  ),
  ecus: fc.array(
    fc.record({
      type: fc.constantFrom(...types),
      hardwareVersion: fc.constantFrom(...hardware),
      softwareVersion: fc.constantFrom(...versions),
    }),
    { maxLength: 4 },
  ),
  // At most one offer is open on a vehicle at a time.
  campaigns: fc
    .record(
      { c1: fc.constantFrom(...AssignmentState.options), c2: fc.constantFrom(...closed) },
      { requiredKeys: [] },
    )
    .map((states) => new Map(Object.entries(states))),
});

const filterArbitrary = targetFilterArbitrary({
  text: {
    vin: fc.oneof(fc.constantFrom(...vins), fc.constantFrom('WVWZZZ1JZXW00000', 'X')),
    model: fc.constantFrom(...models, 'A', 'aurora'),
    region: fc.constantFrom(...regions, 'D'),
    timeZone: fc.constantFrom(...zones, 'Europe/'),
    tag: fc.constantFrom(...tags, 'p'),
  },
  ecuType: fc.constantFrom(...types),
  hardware: fc.constantFrom(...hardware),
  software: fc.constantFrom(...versions, '1.10', '3.0.0'),
  campaignId: fc.constantFrom(...campaigns, 'none'),
  year: fc.integer({ min: 2020, max: 2026 }),
  minutes: fc.integer({ min: 1, max: 300 }),
});

async function store(fleet: readonly FilterableVehicle[]): Promise<void> {
  const { pool } = database;
  await pool.query('TRUNCATE vehicles, vehicle_states, ecus, assignments');
  const rows = JSON.stringify(
    fleet.map((vehicle) => ({ ...vehicle, campaigns: Object.fromEntries(vehicle.campaigns) })),
  );
  await pool.query(
    `INSERT INTO vehicles (vin, model, model_year, region, time_zone, tags, skilled_person_only)
     SELECT x->>'vin', x->>'model', (x->>'modelYear')::int, x->>'region', x->>'timeZone',
            ARRAY(SELECT jsonb_array_elements_text(x->'tags')), (x->>'skilledPersonOnly')::boolean
     FROM jsonb_array_elements($1::jsonb) x`,
    [rows],
  );
  // A vehicle that never reported has no row here.
  await pool.query(
    `INSERT INTO vehicle_states (vin, online, last_seen_at)
     SELECT x->>'vin', (x->>'online')::boolean, (x->>'lastSeenAt')::timestamptz
     FROM jsonb_array_elements($1::jsonb) x WHERE (x->>'online')::boolean OR x->>'lastSeenAt' IS NOT NULL`,
    [rows],
  );
  await pool.query(
    `INSERT INTO ecus (vin, ecu_id, type, hardware_version, software_version, status, changed_at)
     SELECT x->>'vin', 'E' || i, e->>'type', e->>'hardwareVersion', e->>'softwareVersion', 'ok', now()
     FROM jsonb_array_elements($1::jsonb) x, jsonb_array_elements(x->'ecus') WITH ORDINALITY AS n (e, i)`,
    [rows],
  );
  await pool.query(
    `INSERT INTO assignments (campaign_id, vin, wave, state)
     SELECT c.key, x->>'vin', 0, c.value FROM jsonb_array_elements($1::jsonb) x, jsonb_each_text(x->'campaigns') c`,
    [rows],
  );
}

async function selected(filter: TargetFilter, within = (_vin: string) => 'TRUE'): Promise<string[]> {
  const { text, values } = await prepareFilter(database.pool, filter, { now, within });
  const { rows } = await database.pool.query<{ vin: string }>(
    `SELECT v.vin FROM vehicles v WHERE ${within('v.vin')} AND ${text} ORDER BY v.vin`,
    values,
  );
  return rows.map(({ vin }) => vin);
}

test('SQL selects the same vehicles as TypeScript', { timeout: 120_000 }, async () => {
  const orders = await loadVersionOrders(database.pool);
  let hits = 0;
  let misses = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(vehicleArbitrary, { minLength: 5, maxLength: vins.length }),
      fc.array(filterArbitrary, { minLength: 15, maxLength: 30 }),
      async (vehicles, filters) => {
        const fleet = vehicles.map((vehicle, index) => ({ ...vehicle, vin: vins[index] ?? '' }));
        await store(fleet);
        for (const [place, filter] of filters.entries()) {
          const expected = fleet
            .filter((vehicle) => matchesFilter(filter, vehicle, orders, now))
            .map(({ vin }) => vin);
          expect(await selected(filter)).toEqual(expected);
          hits += expected.length;
          misses += fleet.length - expected.length;
          if (place >= 8) continue;
          const [from = '', to = ''] = [vins[3], vins[fleet.length - 2]];
          expect(await selected(filter, (vin) => `${vin} > '${from}' AND ${vin} <= '${to}'`)).toEqual(
            expected.filter((vin) => vin > from && vin <= to),
          );
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(Math.min(hits, misses)).toBeGreaterThan(1000);
});

describe('order of versions in SQL', () => {
  const fleet = versions.map(
    (softwareVersion, index): FilterableVehicle => ({
      vin: vins[index] ?? '',
      model: 'Aurora',
      modelYear: 2024,
      region: 'DE',
      timeZone: 'Europe/Berlin',
      tags: [],
      skilledPersonOnly: false,
      online: true,
      lastSeenAt: now,
      ecus: ['BMS', 'VCU', 'CAM'].map((type) => ({ type, hardwareVersion: 'H1', softwareVersion })),
      campaigns: new Map(),
    }),
  );

  test.each([
    ['ecu("BMS").software < "1.10.2"', ['1.9', 'v1.10']],
    ['ecu("BMS").software >= "1.10.2"', ['1.10.2', '1.10.2b', '2.0.0']],
    ['ecu("BMS").software is unknown', ['2.0.0-rc.1', '39990-TLA-A040', 'A\\x00B', 'F152607110', '😀', '']],
    ['ecu("VCU").software < "2.0.0"', ['1.10.2', '2.0.0-rc.1']],
    ['ecu("CAM").software > "F152607110"', ['39990-TLA-A040', 'A\\x00B']],
    [
      'not ecu("CAM").software <= "A\\x00B"',
      versions.filter((version) => !['A\\x00B', 'F152607110'].includes(version)),
    ],
    ['ecu("BMS").software = "A\\x00B"', ['A\\x00B']],
    ['ecu("BMS").software = ""', ['']],
  ])('%s', async (text, expected) => {
    await store(fleet);
    const parsed = parseFilterText(text);
    if (parsed.kind === 'error') throw new Error(parsed.errors[0]?.message);
    const found = (await selected(parsed.filter)).map((vin) => versions[vins.indexOf(vin)]);
    expect(found.sort()).toEqual([...expected].sort());
  });
});

test('a text never becomes SQL, and parameters begin where the caller says', async () => {
  await store([]);
  const filter: TargetFilter = {
    kind: 'and',
    filters: [
      { kind: 'text', field: 'model', operator: '=', values: [`'; DROP TABLE vehicles; --`] },
      { kind: 'ecu', ecuType: `') OR TRUE --`, software: { operator: '<', value: `"` } },
    ],
  };
  const versions = await loadFilterVersions(database.pool, [filter]);
  const { text, values } = compileFilter(filter, { now, versions, vehicle: 'car', firstParameter: 2 });
  expect(text).not.toMatch(/DROP|OR TRUE/);
  const result = await database.pool.query(`SELECT $1::int FROM vehicles car WHERE ${text}`, [1, ...values]);
  expect(result.rows).toEqual([]);
  expect(() => compileFilter({ kind: 'all' }, { now, versions, vehicle: 'v; --' })).toThrow('alias');
});
