import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { silentLog } from '#lib/log.ts';
import { LIVE_CHANNEL } from '#lib/protocol/live-hint.ts';
import type { LiveActor } from './connection.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { applyPatch } from './patch.ts';

const VIN = 'WRC000001A0000001';
let database: TestDatabase;
let gateway: Gateway;
let server: Server;
let actor: LiveActor | null;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await database.prisma.vehicle.create({
    data: { vin: VIN, model: 'Aurora', modelYear: 2025, region: 'AT', timeZone: 'Europe/Vienna' },
  });
  gateway = createGateway({
    db: database,
    databaseUrl: database.url,
    log: silentLog(),
    authenticate: async () => actor,
    isSameOrigin: (request) => request.headers.origin === 'http://console.test',
  });
  server = createServer().on(
    'upgrade',
    (request, stream, head) => void gateway.upgrade(request, stream, head),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await gateway.stop();
  server.close();
  await database.drop();
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});

type Frame = { kind: string; channel: number; revision: number; [key: string]: unknown };

/** A browser tab that keeps one view, as the page's client does. */
async function openTab(view: { name: string; params: unknown }, origin = 'http://console.test') {
  const { port } = server.address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, { origin });
  sockets.push(socket);
  const frames: Frame[] = [];
  const tab = { socket, frames, value: undefined as unknown, revision: 0, gaps: 0 };
  socket.on('message', (bytes) => {
    const frame: Frame = JSON.parse(bytes.toString());
    frames.push(frame);
    if (frame.kind === 'snapshot') Object.assign(tab, { value: frame.value, revision: frame.revision });
    if (frame.kind !== 'change') return;
    if (frame.from !== tab.revision) tab.gaps += 1;
    tab.value = applyPatch(tab.value, frame.patch as Parameters<typeof applyPatch>[1]);
    tab.revision = frame.revision;
  });
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.send(JSON.stringify({ kind: 'subscribe', id: 1, view }));
  return tab;
}

const operator: LiveActor = { id: 'u1', name: 'Olga', role: 'operator' };
const vehicleView = { name: 'vehicle', params: { vin: VIN } };
const notify = (hint: unknown) =>
  database.pool.query('SELECT pg_notify($1, $2)', [LIVE_CHANNEL, JSON.stringify(hint)]);
const record = (detail: string) =>
  database.pool.query(
    `INSERT INTO timeline_events (vin, at, kind, detail) VALUES ($1, now(), 'report', $2)`,
    [VIN, detail],
  );

test('a new tab gets a snapshot, then changes that lead to the very state of the database', async () => {
  actor = operator;
  const tab = await openTab(vehicleView);
  await vi.waitFor(() => expect(tab.revision).toBeGreaterThan(0), 5_000);
  for (const detail of ['one', 'two', 'three']) {
    await record(detail);
    await notify({ subjects: ['vehicle'], vins: [VIN] });
    await vi.waitFor(() => expect(JSON.stringify(tab.value)).toContain(`"detail":"${detail}"`), 2_000);
  }
  expect(tab.gaps).toBe(0);
  const late = await openTab(vehicleView);
  await vi.waitFor(() => expect(late.value).toEqual(tab.value), 2_000);
});

test('of a vehicle that was only heard of, that is on its page at once', async () => {
  actor = operator;
  const tab = await openTab(vehicleView);
  await vi.waitFor(() => expect(tab.revision).toBeGreaterThan(0), 5_000);
  await database.pool.query(
    'INSERT INTO vehicle_states (vin, last_seen_at) VALUES ($1, $2) ON CONFLICT (vin) DO UPDATE SET last_seen_at = $2',
    [VIN, '2026-01-01T00:00:00Z'],
  );
  await notify({ subjects: ['seen'], vins: [], campaigns: [], seen: [VIN] });
  await vi.waitFor(() => expect(JSON.stringify(tab.value)).toContain('2026-01-01'), 2_000);
});

test('a change whose hint never came is read within moments, by the watermark', async () => {
  actor = operator;
  const tab = await openTab(vehicleView);
  await vi.waitFor(() => expect(tab.revision).toBeGreaterThan(0), 5_000);
  await record('no hint');
  await vi.waitFor(() => expect(JSON.stringify(tab.value)).toContain('no hint'), 2_500);
});

test('a row that commits below the mark by a longer transaction is not missed', async () => {
  actor = operator;
  const tab = await openTab(vehicleView);
  await vi.waitFor(() => expect(tab.revision).toBeGreaterThan(0), 5_000);
  const slow = await database.pool.connect();
  await slow.query('BEGIN');
  await slow.query(
    `INSERT INTO timeline_events (vin, at, kind, detail) VALUES ($1, now(), 'report', 'slow one')`,
    [VIN],
  );
  await record('quick one');
  await vi.waitFor(() => expect(JSON.stringify(tab.value)).toContain('quick one'), 2_500);
  await slow.query('COMMIT');
  slow.release();
  await vi.waitFor(() => expect(JSON.stringify(tab.value)).toContain('slow one'), 3_000);
});

test('hints of other vehicles cost no read', async () => {
  actor = operator;
  const tab = await openTab(vehicleView);
  await vi.waitFor(() => expect(tab.revision).toBeGreaterThan(0), 5_000);
  await database.pool.query(`UPDATE vehicles SET region = 'DE' WHERE vin = $1`, [VIN]);
  await notify({ subjects: ['vehicle'], vins: ['WRC000002A0000002'] });
  await notify({ subjects: ['vehicle'], vins: [VIN] });
  await vi.waitFor(() => expect(JSON.stringify(tab.value)).toContain('"region":"DE"'), 2_000);
  expect(tab.gaps).toBe(0);
});

test('a stranger, a page of another site, an unknown view and bad parameters are refused', async () => {
  actor = null;
  await expect(openTab(vehicleView)).rejects.toThrow('401');
  actor = operator;
  await expect(openTab(vehicleView, 'http://elsewhere.test')).rejects.toThrow('403');
  const unknown = await openTab({ name: 'no-such-view', params: {} });
  await vi.waitFor(() =>
    expect(unknown.frames).toContainEqual(expect.objectContaining({ kind: 'refused', code: 'not_found' })),
  );
  const bad = await openTab({ name: 'vehicle', params: { vin: '' } });
  await vi.waitFor(() =>
    expect(bad.frames).toContainEqual(expect.objectContaining({ kind: 'refused', code: 'invalid' })),
  );
  bad.socket.send('not json');
  const code = await new Promise((resolve) => bad.socket.once('close', resolve));
  expect(code).toBe(4400);
});

test('forty tabs share one read and end in the same state; at most four changes a second reach them', async () => {
  actor = operator;
  const tabs = await Promise.all(Array.from({ length: 40 }, () => openTab(vehicleView)));
  await vi.waitFor(() => expect(tabs.every(({ revision }) => revision > 0)).toBe(true), 5_000);
  expect(gateway.stats().views).toBe(1);
  const before = tabs[0]?.frames.length ?? 0;
  const begun = performance.now();
  for (let n = 0; n < 300; n += 1) {
    await record(`burst ${n}`);
    await notify({ subjects: ['vehicle'], vins: [VIN] });
  }
  await vi.waitFor(
    () => expect(tabs.every(({ value }) => JSON.stringify(value).includes('burst 299'))).toBe(true),
    5_000,
  );
  const seconds = (performance.now() - begun) / 1000;
  const changes = tabs[0]?.frames.slice(before).filter(({ kind }) => kind !== 'tick').length ?? 0;
  expect(changes).toBeLessThanOrEqual(Math.ceil(seconds * 4) + 2);
  expect(new Set(tabs.map(({ value }) => JSON.stringify(value))).size).toBe(1);
  expect(tabs.reduce((sum, { gaps }) => sum + gaps, 0)).toBe(0);
}, 30_000);

test('a browser that does not read is skipped, and gets the newest state when it reads again', async () => {
  actor = operator;
  const { port } = server.address() as AddressInfo;
  const raw = connect(port, '127.0.0.1');
  raw.write(
    'GET /live HTTP/1.1\r\nHost: x\r\nOrigin: http://console.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await new Promise((resolve) => raw.once('data', resolve));
  raw.write(maskedFrame(JSON.stringify({ kind: 'subscribe', id: 1, view: vehicleView })));
  raw.pause();
  const skippedBefore = gateway.stats().skipped;
  let n = 0;
  await vi.waitFor(
    async () => {
      n += 1;
      await database.pool.query(`UPDATE vehicles SET time_zone = repeat($2, 600000) WHERE vin = $1`, [
        VIN,
        'ab'[n % 2],
      ]);
      await notify({ subjects: ['vehicle'], vins: [VIN] });
      expect(gateway.stats().skipped).toBeGreaterThan(skippedBefore);
    },
    { timeout: 20_000, interval: 300 },
  );
  await database.pool.query(`UPDATE vehicles SET time_zone = 'the newest state' WHERE vin = $1`, [VIN]);
  await notify({ subjects: ['vehicle'], vins: [VIN] });
  let received = '';
  raw.on('data', (bytes) => {
    received = (received + bytes.toString('latin1')).slice(-200_000);
  });
  raw.resume();
  await vi.waitFor(() => expect(received).toContain('the newest state'), 5_000);
  raw.destroy();
}, 40_000);

test('ticks come each second, with changes or without, and count every frame before them', async () => {
  actor = operator;
  const [busy, quiet] = [
    await openTab(vehicleView),
    await openTab({ name: 'vehicle', params: { vin: 'WRC000001A0000009' } }),
  ];
  const changing = setInterval(() => {
    void database.pool
      .query('UPDATE vehicles SET model_year = model_year + 1 WHERE vin = $1', [VIN])
      .then(() => notify({ subjects: ['vehicle'], vins: [VIN] }));
  }, 100);
  const ticksOf = (tab: typeof busy) => tab.frames.filter(({ kind }) => kind === 'tick').length;
  await vi.waitFor(() => expect(Math.min(ticksOf(busy), ticksOf(quiet))).toBeGreaterThanOrEqual(4), 8_000);
  clearInterval(changing);
  expect(busy.revision).toBeGreaterThan(4);
  for (const { frames } of [busy, quiet]) {
    for (const [index, frame] of frames.entries()) {
      if (frame.kind === 'tick') expect(frame.sequence).toBe(index + 1);
    }
  }
}, 15_000);

/** A client's text frame (RFC 6455 §5.3), masked with zeros. */
function maskedFrame(text: string): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.alloc(body.length < 126 ? 6 : 8);
  header[0] = 0x81;
  if (body.length < 126) header[1] = 0x80 | body.length;
  else {
    header[1] = 0x80 | 126;
    header.writeUInt16BE(body.length, 2);
  }
  return Buffer.concat([header, body]);
}

test('an operator who is given another role, or is locked out, loses open views at once', async () => {
  actor = { ...operator, role: 'admin' };
  const tab = await openTab({ name: 'operators', params: {} });
  await vi.waitFor(() => expect(tab.revision).toBe(1), 2_000);
  actor = { ...operator, role: 'viewer' };
  await notify({ subjects: ['operator'] });
  await vi.waitFor(
    () => expect(tab.frames).toContainEqual(expect.objectContaining({ kind: 'refused', code: 'forbidden' })),
    2_000,
  );
  const closed = new Promise((resolve) => tab.socket.once('close', resolve));
  actor = null;
  await notify({ subjects: ['operator'] });
  expect(await closed).toBe(4401);
});

test('what the database says of a failing view stays on the server', async () => {
  actor = operator;
  const tab = await openTab({ name: 'vehicle', params: { vin: 'A\0B' } });
  await vi.waitFor(() => expect(tab.frames.map(({ kind }) => kind)).toContain('stalled'), 2_000);
  expect(JSON.stringify(tab.frames)).not.toMatch(/0x00|UTF8|invalid byte/);
});
