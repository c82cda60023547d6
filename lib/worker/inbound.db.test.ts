import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startInboundStack, testHeartbeat, testReport, testVin } from './testing.ts';

const waiting = { timeout: 10_000, interval: 20 };
let stack: Awaited<ReturnType<typeof startInboundStack>>;
let number = 0;

beforeAll(async () => {
  stack = await startInboundStack();
});
afterAll(() => stack.stop());

const nextVehicle = async () => {
  const vin = testVin(++number);
  return { vin, ...(await stack.vehicle(vin)) };
};
const rows = async (sql: string, ...values: unknown[]) => (await stack.db.pool.query(sql, values)).rows;
const stateOf = async (vin: string) => (await rows('SELECT * FROM vehicle_states WHERE vin = $1', vin))[0];
const historyOf = (vin: string) =>
  rows(
    'SELECT ecu_id, software_version, state, epoch, sequence::int FROM ecu_versions WHERE vin = $1 ORDER BY epoch, sequence, ecu_id',
    vin,
  );

test('a full report becomes rows, history, a timeline row and a committed acknowledgment', async () => {
  const { vin, send, control } = await nextVehicle();
  const report = testReport(vin, 1, [
    { ecuId: 'BMS', softwareVersion: '1.0.0' },
    { ecuId: 'GW', softwareVersion: '39990-TLA-A040' },
  ]);
  await send(report);
  await vi.waitFor(() => expect(control()).toContainEqual({ v: 1, kind: 'ack', sequence: 1 }), waiting);
  expect(await stateOf(vin)).toMatchObject({ sequence: '1', epoch: 1, tcu_serial: report.tcu.serial });
  expect(await historyOf(vin)).toEqual([
    { ecu_id: 'BMS', software_version: '1.0.0', state: 'present', epoch: 1, sequence: 1 },
    { ecu_id: 'GW', software_version: '39990-TLA-A040', state: 'present', epoch: 1, sequence: 1 },
  ]);
  expect(await rows('SELECT kind, sequence::int FROM timeline_events WHERE vin = $1', vin)).toEqual([
    { kind: 'first_report', sequence: 1 },
  ]);
  await send(testHeartbeat(report, 2));
  await vi.waitFor(async () => expect(await stateOf(vin)).toMatchObject({ sequence: '2' }), waiting);
});

test('order is (epoch, sequence): duplicates do nothing, an older report fills history only', async () => {
  const { vin, send, control } = await nextVehicle();
  const report = (sequence: number, version: string) =>
    testReport(vin, sequence, [{ ecuId: 'BMS', softwareVersion: version }]);
  await send(report(5, '1.0.0'));
  await send(report(10, '3.0.0'));
  await vi.waitFor(() => expect(control().at(-1)).toMatchObject({ kind: 'ack', sequence: 10 }), waiting);
  await send(report(8, '2.0.0'));
  await send(report(8, '2.0.0'));
  await send(report(10, '3.0.0'));
  await send(report(11, '3.0.0'));
  await vi.waitFor(() => expect(control().at(-1)).toMatchObject({ kind: 'ack', sequence: 11 }), waiting);
  expect((await historyOf(vin)).map((row) => [row.sequence, row.software_version])).toEqual([
    [5, '1.0.0'],
    [8, '2.0.0'],
    [10, '3.0.0'],
  ]);
  expect(await rows('SELECT software_version FROM ecus WHERE vin = $1', vin)).toEqual([
    { software_version: '3.0.0' },
  ]);
});

test('an older report that the current one undid leaves the history at the current version', async () => {
  const { vin, send, control } = await nextVehicle();
  for (const [sequence, version] of [
    [1, 'A'],
    [3, 'A'],
    [2, 'B'],
  ] as const) {
    await send(testReport(vin, sequence, [{ ecuId: 'BMS', softwareVersion: version }]));
    await vi.waitFor(
      () => expect(control().some((message) => message.sequence >= sequence)).toBe(true),
      waiting,
    );
  }
  await vi.waitFor(
    async () =>
      expect((await historyOf(vin)).map((row) => [row.sequence, row.software_version])).toEqual([
        [1, 'A'],
        [2, 'B'],
        [3, 'A'],
      ]),
    waiting,
  );
});

test('every change within one batch is in the history once, in sequence order', async () => {
  const { vin, send, control } = await nextVehicle();
  const sequences = Array.from({ length: 50 }, (_, index) => index + 1);
  await Promise.all(
    sequences.map((sequence) =>
      send(testReport(vin, sequence, [{ ecuId: 'BMS', softwareVersion: `1.${sequence}` }])),
    ),
  );
  await vi.waitFor(() => expect(control().at(-1)).toMatchObject({ sequence: 50 }), waiting);
  expect((await historyOf(vin)).map((row) => [row.sequence, row.software_version])).toEqual(
    sequences.map((sequence) => [sequence, `1.${sequence}`]),
  );
  const changed = await rows(
    `SELECT data FROM timeline_events WHERE vin = $1 AND kind = 'version_changed'`,
    vin,
  );
  expect(changed).toHaveLength(49);
});

test('what the worker remembers of a vehicle gives way to what somebody else has stored', async () => {
  const { vin, send, control } = await nextVehicle();
  const say = async (sequence: number, softwareVersion: string) => {
    await send(testReport(vin, sequence, [{ ecuId: 'BMS', softwareVersion }]));
    await vi.waitFor(() => expect(control().at(-1)).toMatchObject({ kind: 'ack', sequence }), waiting);
  };
  await say(1, '1.0');
  await say(2, '2.0');
  await rows(`UPDATE ecus SET software_version = '2.5' WHERE vin = $1`, vin);
  await rows('UPDATE vehicle_states SET ecu_revision = ecu_revision + 1 WHERE vin = $1', vin);
  await say(3, '3.0');
  const changes = await rows(
    `SELECT detail FROM timeline_events WHERE vin = $1 AND kind = 'version_changed' ORDER BY id`,
    vin,
  );
  expect(changes.map(({ detail }) => detail)).toEqual(['1.0 → 2.0', '2.5 → 3.0']);
});

test('a heartbeat for an unknown configuration beside a report in one batch: both are looked at', async () => {
  const [known, other] = [await nextVehicle(), await nextVehicle()];
  await known.send(testReport(known.vin, 1, [{ ecuId: 'BMS', softwareVersion: '1.0' }]));
  await vi.waitFor(() => expect(known.control()).toHaveLength(1), waiting);
  await Promise.all([
    other.send(testReport(other.vin, 1, [{ ecuId: 'BMS', softwareVersion: '1.0' }])),
    known.send({ v: 1, sequence: 2, fingerprint: 'A'.repeat(22) }),
  ]);
  await vi.waitFor(() => expect(other.control()).toContainEqual({ v: 1, kind: 'ack', sequence: 1 }), waiting);
  await vi.waitFor(() => expect(known.control().at(-1)).toMatchObject({ kind: 'report' }), waiting);
  expect(await stateOf(known.vin)).toMatchObject({ sequence: '2' });
});

test('an ECU that is absent is missing, and swapped where its serial changed', async () => {
  const { vin, send } = await nextVehicle();
  await send(
    testReport(vin, 1, [
      { ecuId: 'BMS', softwareVersion: '1', serial: 'S1' },
      { ecuId: 'GW', softwareVersion: '1' },
    ]),
  );
  await send(testReport(vin, 2, [{ ecuId: 'BMS', softwareVersion: '1', serial: 'S2' }]));
  await vi.waitFor(async () => expect(await stateOf(vin)).toMatchObject({ sequence: '2' }), waiting);
  const ecus = await rows('SELECT ecu_id, state, swapped_at FROM ecus WHERE vin = $1 ORDER BY ecu_id', vin);
  expect(ecus).toMatchObject([
    { ecu_id: 'BMS', state: 'present' },
    { ecu_id: 'GW', state: 'missing', swapped_at: null },
  ]);
  expect(ecus[0].swapped_at).toBeInstanceOf(Date);
  const kinds = await rows('SELECT kind FROM timeline_events WHERE vin = $1 ORDER BY id', vin);
  expect(kinds.map((row) => row.kind)).toEqual(['first_report', 'ecu_swapped', 'ecu_missing']);
});

test('a new TCU serial opens an epoch; the old TCU is quarantined from then on', async () => {
  const { vin, send, control } = await nextVehicle();
  const ecus = [{ ecuId: 'BMS', softwareVersion: '1' }];
  await stack.db.pool.query(
    `INSERT INTO alert_channels (id, name, kind, target, events)
     VALUES ('hook', 'hook', 'webhook', 'http://127.0.0.1:9/', '{tcu_replaced}')`,
  );
  await send(testReport(vin, 500, ecus, { serial: 'OLD' }));
  await send(testReport(vin, 1, ecus, { serial: 'NEW' }));
  await vi.waitFor(
    async () => expect(await stateOf(vin)).toMatchObject({ epoch: 2, sequence: '1' }),
    waiting,
  );
  expect((await stateOf(vin)).tcu_replaced_at).toBeInstanceOf(Date);
  const alerts = await stack.db.pool.query('SELECT event, body FROM alert_deliveries');
  expect(alerts.rows).toMatchObject([
    { event: 'tcu_replaced', body: { vin, text: expect.stringContaining('OLD → NEW') } },
  ]);
  await send(testReport(vin, 501, ecus, { serial: 'OLD' }));
  await vi.waitFor(
    async () =>
      expect(await rows('SELECT reason, count FROM quarantine WHERE vin = $1', vin)).toEqual([
        { reason: 'replaced_tcu', count: 1 },
      ]),
    waiting,
  );
  expect(await stateOf(vin)).toMatchObject({ epoch: 2, sequence: '1', tcu_serial: 'NEW' });
  expect(control()).not.toContainEqual({ v: 1, kind: 'ack', sequence: 501 });
});

test('a TCU that lost its counter is told to go on above it', async () => {
  const { vin, send, control } = await nextVehicle();
  await send(testReport(vin, 5000, [{ ecuId: 'BMS', softwareVersion: '1' }]));
  await vi.waitFor(() => expect(control()).toHaveLength(1), waiting);
  await send(testReport(vin, 1, [{ ecuId: 'BMS', softwareVersion: '2' }]));
  await vi.waitFor(
    () => expect(control()).toContainEqual({ v: 1, kind: 'report', minSequence: 5000 }),
    waiting,
  );
  expect(control()).not.toContainEqual({ v: 1, kind: 'ack', sequence: 1 });
  expect(await historyOf(vin)).toHaveLength(1);
});

test('a heartbeat of an unknown configuration asks for a report, once a minute at most', async () => {
  const { vin, send, control } = await nextVehicle();
  const report = testReport(vin, 1, [{ ecuId: 'BMS', softwareVersion: '1' }]);
  for (const sequence of [1, 2, 3]) await send(testHeartbeat(report, sequence));
  await vi.waitFor(async () => expect(await stateOf(vin)).toMatchObject({ sequence: '3' }), waiting);
  await vi.waitFor(() => expect(control()).toEqual([{ v: 1, kind: 'report' }]), waiting);
});

test('an offline will of an old connection hides no new one', async () => {
  const { vin, send } = await nextVehicle();
  const presence = (state: string, connectionId: string) =>
    send({ v: 1, state, connectionId }, 'TCU_Presence');
  await presence('online', 'connection-1');
  await presence('online', 'connection-2');
  await presence('offline', 'connection-1');
  await send(testReport(vin, 1, [{ ecuId: 'BMS', softwareVersion: '1' }]));
  await vi.waitFor(async () => expect(await stateOf(vin)).toMatchObject({ sequence: '1' }), waiting);
  expect(await stateOf(vin)).toMatchObject({ online: true, connection_id: 'connection-2' });
  await presence('offline', 'connection-2');
  await vi.waitFor(async () => expect(await stateOf(vin)).toMatchObject({ online: false }), waiting);
});

test('every status has exactly one timeline row, however often it is sent', async () => {
  const { vin, send, control } = await nextVehicle();
  const status = { v: 1, vin, sequence: 2, campaignId: 'c-1', attempt: 1, phase: 'received' };
  await send(testReport(vin, 1, [{ ecuId: 'BMS', softwareVersion: '1' }]));
  await send(status, 'OTA_Status');
  await send(status, 'OTA_Status');
  await vi.waitFor(() => expect(control().at(-1)).toMatchObject({ kind: 'ack', sequence: 2 }), waiting);
  await send(status, 'OTA_Status');
  await send({ ...status, sequence: 3, phase: 'accepted' }, 'OTA_Status');
  await vi.waitFor(() => expect(control().at(-1)).toMatchObject({ kind: 'ack', sequence: 3 }), waiting);
  expect(
    await rows(
      `SELECT phase, sequence::int FROM timeline_events WHERE vin = $1 AND kind = 'status' ORDER BY id`,
      vin,
    ),
  ).toEqual([
    { phase: 'received', sequence: 2 },
    { phase: 'accepted', sequence: 3 },
  ]);
});

test('versions with NULs, control bytes, emoji and 200 characters arrive whole', async () => {
  const { vin, send } = await nextVehicle();
  const long = 'x'.repeat(200);
  await send(
    testReport(vin, 1, [
      { ecuId: 'A', softwareVersion: '1.0\u0000\u0000 ' },
      { ecuId: 'B', softwareVersion: 'a\u0000b\u0007' },
      { ecuId: 'C', softwareVersion: '🚗 \\ 1' },
      { ecuId: 'D', softwareVersion: long },
    ]),
  );
  await vi.waitFor(async () => expect(await stateOf(vin)).toMatchObject({ sequence: '1' }), waiting);
  const ecus = await rows('SELECT software_version AS v FROM ecus WHERE vin = $1 ORDER BY ecu_id', vin);
  expect(ecus.map((row) => row.v)).toEqual(['1.0', 'a\\x00b\\x07', '🚗 \\\\ 1', long]);
});

test('bad messages end in quarantine with their reason and the rest of their batch is stored', async () => {
  const { vin, send, control } = await nextVehicle();
  const stranger = testVin(99_999);
  const good = testReport(vin, 1, [{ ecuId: 'BMS', softwareVersion: '1' }]);
  const backend = await stack.broker.backend('stranger');
  const publish = (topic: string, payload: string | Buffer) =>
    backend.client.publishAsync(topic, payload, { qos: 1 });
  await Promise.all([
    send('{"broken'),
    send({ ...good, vin: testVin(88_888) }),
    send({ v: 1, vin, sequence: 7, phase: 'dancing' }, 'OTA_Status'),
    send(Buffer.from([0xff, 0xfe, 0x00])),
    publish(`ECU_Details/${stranger}`, JSON.stringify({ ...good, vin: stranger })),
    publish('ECU_Details/not-a-vin', '{}'),
    send(Buffer.alloc(300 * 1024, 'x')),
    send(good),
  ]);
  await vi.waitFor(() => expect(control().at(-1)).toMatchObject({ kind: 'ack' }), waiting);
  await vi.waitFor(
    async () =>
      expect(
        await rows(
          `SELECT q.source, q.reason, q.count, (SELECT count(*)::int FROM quarantine_messages m WHERE m.quarantine_id = q.id) AS kept
           FROM quarantine q WHERE source IN ($1, $2, 'ECU_Details/not-a-vin') ORDER BY source, reason`,
          vin,
          stranger,
        ),
      ).toEqual(
        [
          { source: 'ECU_Details/not-a-vin', reason: 'invalid', count: 1, kept: 1 },
          { source: stranger, reason: 'unknown_vehicle', count: 1, kept: 1 },
          { source: vin, reason: 'invalid', count: 1, kept: 1 },
          { source: vin, reason: 'not_json', count: 2, kept: 2 },
          { source: vin, reason: 'oversized', count: 1, kept: 1 },
          { source: vin, reason: 'vin_mismatch', count: 1, kept: 1 },
        ].sort((a, b) => (a.source + a.reason < b.source + b.reason ? -1 : 1)),
      ),
    waiting,
  );
  await vi.waitFor(async () => expect(await historyOf(vin)).toHaveLength(1), waiting);
  backend.client.end(true);
});

test('what the broker refuses is in quarantine too', async () => {
  const { vin, client } = await nextVehicle();
  const other = testVin(77_777);
  await client.publishAsync(`ECU_Details/${other}`, '{}', { qos: 1 });
  await client.publishAsync('ECU_Details', JSON.stringify(testReport(other, 1, [])), { qos: 1 });
  await vi.waitFor(
    async () =>
      expect(await rows('SELECT reason, vin FROM quarantine WHERE source = $1 ORDER BY reason', vin)).toEqual(
        [
          { reason: 'foreign_topic', vin },
          { reason: 'plain_names_other', vin },
        ],
      ),
    waiting,
  );
});

test('an unknown vehicle registers itself only where the setting says so', async () => {
  const vin = testVin(70_000);
  const backend = await stack.broker.backend('gateway');
  const report = JSON.stringify(testReport(vin, 1, [{ ecuId: 'BMS', softwareVersion: '1' }]));
  const value = (on: boolean) =>
    stack.db.prisma.setting.upsert({
      where: { key: 'autoRegistration' },
      create: { key: 'autoRegistration', value: on },
      update: { value: on },
    });
  await value(true);
  await backend.client.publishAsync(`ECU_Details/${vin}`, report, { qos: 1 });
  await vi.waitFor(async () => expect(await stateOf(vin)).toMatchObject({ sequence: '1' }), waiting);
  expect(await rows('SELECT complete FROM vehicles WHERE vin = $1', vin)).toEqual([{ complete: false }]);
  await value(false);
  backend.client.end(true);
});

test('repeated bad messages share a row that keeps the newest 20 payloads', async () => {
  const { vin, send } = await nextVehicle();
  for (let index = 0; index < 30; index++) await send(`{"broken ${index}`);
  await vi.waitFor(
    async () =>
      expect(await rows('SELECT count FROM quarantine WHERE vin = $1', vin)).toEqual([{ count: 30 }]),
    waiting,
  );
  const kept = await rows(
    `SELECT convert_from(payload, 'utf8') AS text FROM quarantine_messages m
     JOIN quarantine q ON q.id = m.quarantine_id WHERE q.vin = $1 ORDER BY m.id`,
    vin,
  );
  expect(kept.map((row) => row.text)).toEqual(
    Array.from({ length: 20 }, (_, index) => `{"broken ${index + 10}`),
  );
});

test('a message that cannot be stored is isolated, the rest of its batch is committed', async () => {
  const { vin, send, control } = await nextVehicle();
  const poisoned = await nextVehicle();
  await stack.db.pool.query(
    `CREATE OR REPLACE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN IF NEW.software_version = 'poison' THEN RAISE EXCEPTION 'poisoned'; END IF; RETURN NEW; END $$;
     CREATE TRIGGER poison BEFORE INSERT ON ecu_versions FOR EACH ROW EXECUTE FUNCTION refuse_poison()`,
  );
  const messages = Array.from({ length: 20 }, (_, index) => index + 1);
  await Promise.all([
    ...messages.map((sequence) =>
      send(testReport(vin, sequence, [{ ecuId: 'BMS', softwareVersion: `1.${sequence}` }])),
    ),
    poisoned.send(testReport(poisoned.vin, 1, [{ ecuId: 'BMS', softwareVersion: 'poison' }])),
  ]);
  await vi.waitFor(() => expect(control().at(-1)).toMatchObject({ kind: 'ack', sequence: 20 }), waiting);
  await vi.waitFor(
    async () =>
      expect(await rows('SELECT reason, detail FROM quarantine WHERE vin = $1', poisoned.vin)).toEqual([
        { reason: 'processing_failed', detail: 'poisoned' },
      ]),
    waiting,
  );
  expect(await historyOf(vin)).toHaveLength(20);
  await stack.db.pool.query('DROP TRIGGER poison ON ecu_versions');
});

test('a worker that is stopped and started goes on where it was', async () => {
  const { vin, send, control } = await nextVehicle();
  await send(testReport(vin, 1, [{ ecuId: 'BMS', softwareVersion: '1' }]));
  await vi.waitFor(() => expect(control()).toHaveLength(1), waiting);
  await stack.stopWorker();
  await send(testReport(vin, 2, [{ ecuId: 'BMS', softwareVersion: '2' }]));
  await stack.startWorker();
  await vi.waitFor(() => expect(control().at(-1)).toMatchObject({ sequence: 2 }), waiting);
});

test('a second worker stands by and takes over within two seconds', async () => {
  const standby = await stack.start();
  expect(standby.details?.()).toMatchObject({ state: 'standby', shared: false, mqtt: '3.1.1' });
  const { vin, send, control } = await nextVehicle();
  await stack.stopWorker();
  await vi.waitFor(() => expect(standby.details?.()).toMatchObject({ state: 'active', slot: 0 }), {
    timeout: 2_000,
  });
  await send(testReport(vin, 1, [{ ecuId: 'BMS', softwareVersion: '1' }]));
  await vi.waitFor(() => expect(control()).toHaveLength(1), waiting);
  await standby.stop();
});
