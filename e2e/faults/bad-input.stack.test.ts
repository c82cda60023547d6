import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseFilterText, printFilter } from '#lib/domain/filter-text.ts';
import type { TargetFilter } from '#lib/domain/target-filter.ts';
import { getVehicle } from '#lib/services/get-vehicle.ts';
import { getVersionHistory } from '#lib/services/get-version-history.ts';
import { listQuarantine } from '#lib/services/list-quarantine.ts';
import { listVehicles } from '#lib/services/list-vehicles.ts';
import { registerAndReplay } from '#lib/services/register-and-replay.ts';
import { type Loop, startLoop } from '../fixtures/loop.ts';

const waiting = { timeout: 30_000, interval: 50 };
const enrolmentToken = 'token-of-the-factory-0123456789';
const good = 'WVWZZZ1JZXW000001';
const other = 'WVWZZZ1JZXW000002';
const unknown = 'WVWZZZ1JZXW000099';

let loop: Loop;
const clients: MqttClient[] = [];

beforeAll(async () => {
  loop = await startLoop({
    broker: 'embedded',
    vehicles: { [good]: {}, [other]: {} },
    env: { ENROLMENT_TOKEN: enrolmentToken },
  });
});
afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.log(loop.stack.output());
});
afterAll(async () => {
  for (const client of clients) client.end(true);
  await loop?.stop();
});

async function connect(vin: string, password = loop.vehicle(vin).credential): Promise<MqttClient> {
  const client = await mqtt.connectAsync(loop.vehicleUrl, {
    clientId: vin,
    username: vin,
    password,
    clean: false,
  });
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

let sequence = 0;
function report(vin: string, softwareVersion: string) {
  sequence += 1;
  return {
    v: 1,
    vin,
    sequence,
    tcu: { serial: `T-${vin.slice(-4)}`, softwareVersion: '1.0' },
    ecus: [{ ecuId: 'IVI', type: 'IVI', hardwareVersion: 'H1', softwareVersion, status: 'ok' }],
  };
}

const send = (client: MqttClient, topic: string, message: object | string | Buffer) =>
  client.publishAsync(
    topic,
    typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message),
    { qos: 1 },
  );
async function installed(vin: string): Promise<string | undefined> {
  const { ecus } = await getVehicle(loop.ctx, { vin });
  return ecus[0]?.softwareVersion;
}
async function quarantine(): Promise<
  { reason: string; vin: string | null; count: number; source: string }[]
> {
  const { rows } = await listQuarantine(loop.ctx, {});
  return rows.map(({ reason, vin, count, source }) => ({ reason, vin, count, source }));
}

describe('versions from the wire to the database and back through a filter', () => {
  const long = `${'39990-TLA-A040 '.repeat(13)}Ende!`.slice(0, 200);
  test.each([
    ['padding', '39990-TLA-A030\0\0 ', '39990-TLA-A030'],
    ['NULs inside', 'A\0B\0', 'A\\x00B'],
    ['control bytes', 'A\u0001\u001b[31mB\u007f\u0085C\t', 'A\\x01\\x1b[31mB\\x7f\\x85C\\x09'],
    ['emoji', 'x\u200dy 🚗 v2', 'x\\u{200d}y 🚗 v2'],
    ['quotes and backslashes', `C:\\SW "1" 'x' %_;--`, `C:\\\\SW "1" 'x' %_;--`],
    ['a lone surrogate', 'A\ud800B', 'A\\u{d800}B'],
    ['200 characters', long, long],
    ['right to left', 'א\u202eבג', 'א\\u{202e}בג'],
  ])('%s', async (_, raw, escaped) => {
    const client = clients[0] ?? (await connect(good));
    await send(client, `ECU_Details/${good}`, report(good, raw));
    await vi.waitFor(async () => expect(await installed(good)).toBe(escaped), waiting);
    const { rows: history } = await getVersionHistory(loop.ctx, { vin: good, limit: 1 });
    expect(history[0]?.softwareVersion).toBe(escaped);

    const filter: TargetFilter = {
      kind: 'ecu',
      ecuType: 'IVI',
      software: { operator: '=', value: escaped },
    };
    const typed = parseFilterText(printFilter(filter));
    if (typed.kind !== 'ok') throw new Error(JSON.stringify(typed.errors));
    const { rows } = await listVehicles(loop.ctx, { filter: typed.filter, limit: 10 });
    expect(rows.map(({ vin }) => vin)).toEqual([good]);
    const unlike = { ...filter, software: { operator: '=' as const, value: `${escaped}x` } };
    expect((await listVehicles(loop.ctx, { filter: unlike, limit: 10 })).rows).toEqual([]);
  });
});

test('each bad message is refused or quarantined with its reason, its neighbours are stored', async () => {
  const client = clients[0] ?? (await connect(good));
  const second = await connect(other);
  const enrolling = await connect(unknown, enrolmentToken);
  const last = report(other, '2.0.0');
  await Promise.all([
    send(client, `ECU_Details/${good}`, report(good, '1.0.0')),
    send(client, `ECU_Details/${good}`, '{"v":1,"vin":'),
    send(client, `ECU_Details/${good}`, Buffer.from([0x7b, 0xff, 0x7d])),
    send(client, `ECU_Details/${good}`, { ...report(other, '6.6.6') }),
    send(client, `ECU_Details/${other}`, report(other, '6.6.6')),
    send(client, 'ECU_Details', report(other, '6.6.6')),
    send(client, 'ECU_Details', report(good, '1.1.0')),
    send(client, `ECU_Details/${good}`, { ...report(good, '6.6.6'), ecus: [] }),
    send(client, `OTA_Status/${good}`, { v: 1, sequence: -1, phase: 'dancing' }),
    send(client, `OTA_Update/${good}`, { v: 1 }),
    send(second, `ECU_Details/${other}`, last),
    send(enrolling, `ECU_Details/${unknown}`, report(unknown, '3.0.0')),
    send(client, `ECU_Details/${good}`, report(good, '1.2.0')),
  ]);
  await vi.waitFor(async () => {
    expect(await installed(good)).toBe('1.2.0');
    expect(await installed(other)).toBe('2.0.0');
  }, waiting);
  await vi.waitFor(async () => {
    const rows = await quarantine();
    const found = (reason: string) => rows.filter((row) => row.reason === reason);
    expect(found('not_json')).toMatchObject([{ vin: good, count: 2 }]);
    expect(found('vin_mismatch')).toMatchObject([{ vin: good, count: 1 }]);
    expect(found('foreign_topic')).toMatchObject([{ vin: good, count: 2 }]);
    expect(found('plain_names_other')).toMatchObject([{ vin: good, count: 1 }]);
    expect(found('invalid')).toMatchObject([{ vin: good, count: 2 }]);
    expect(found('unknown_vehicle')).toMatchObject([{ vin: unknown, count: 1 }]);
    expect(rows).toHaveLength(6);
  }, waiting);
  const { rows: history } = await getVersionHistory(loop.ctx, { vin: good, limit: 3 });
  expect(history.map((row) => row.softwareVersion)).toEqual(['1.2.0', '1.1.0', '1.0.0']);
});

test('300 KiB are refused, the connection comes back and goes on', async () => {
  const client = clients[0] ?? (await connect(good));
  await send(client, `ECU_Details/${good}`, Buffer.alloc(300 * 1024, 0x20)).catch(() => undefined);
  await vi.waitFor(async () => {
    const oversized = (await quarantine()).filter(({ reason }) => reason === 'oversized');
    expect(oversized).toMatchObject([{ vin: good, count: 1 }]);
  }, waiting);
  await vi.waitFor(() => expect(client.connected).toBe(true), waiting);
  await send(client, `ECU_Details/${good}`, report(good, '1.3.0'));
  await vi.waitFor(async () => expect(await installed(good)).toBe('1.3.0'), waiting);
});

test('an unknown vehicle is registered and what it sent is replayed', async () => {
  const { credential, replays } = await registerAndReplay(loop.ctx, {
    vin: unknown,
    model: 'Aurora',
    modelYear: 2026,
    region: 'EU',
    timeZone: 'Europe/Vienna',
  });
  expect(replays).toMatchObject([{ stored: 1, refused: [] }]);
  expect(await installed(unknown)).toBe('3.0.0');
  expect((await quarantine()).filter(({ vin }) => vin === unknown)).toEqual([]);
  // From now on its own credential counts, and the factory's token no more.
  const client = await connect(unknown, credential);
  await send(client, `ECU_Details/${unknown}`, report(unknown, '3.1.0'));
  await vi.waitFor(async () => expect(await installed(unknown)).toBe('3.1.0'), waiting);
  await expect(connect(unknown, enrolmentToken)).rejects.toThrow();
});

test('a flood of bad messages from one source shares one capped row', async () => {
  const client = clients[0] ?? (await connect(good));
  const before = (await quarantine()).find(({ reason }) => reason === 'not_json')?.count ?? 0;
  await Promise.all(
    Array.from({ length: 500 }, (_, index) => send(client, `OTA_Status/${good}`, `{${index}`)),
  );
  await vi.waitFor(async () => {
    const rows = (await quarantine()).filter(({ reason }) => reason === 'not_json');
    expect(rows).toMatchObject([{ source: good, count: before + 500 }]);
  }, waiting);
  const kept = await loop.database.prisma.quarantineMessage.count({
    where: { quarantine: { reason: 'not_json', state: 'open' } },
  });
  expect(kept).toBeLessThanOrEqual(20);
});
