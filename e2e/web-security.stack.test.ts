import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { openDatabase } from '#lib/db/client.ts';
import { Role } from '#lib/domain/permissions.ts';
import { systemContext } from '#lib/services/context.ts';
import { createOperator } from '#lib/services/create-operator.ts';
import { createTestDatabase, type TestDatabase } from './fixtures/database.ts';
import { startStack, type TestStack } from './fixtures/stack.ts';

const password = 'a long enough password';
const vin = 'WVWZZZ1JZXW000001';
const cookies = new Map<Role, string>();
let database: TestDatabase;
let stack: TestStack;
let origin: string;

type Call = { as?: Role; method?: string; from?: string; body?: string; headers?: Record<string, string> };

const call = (path: string, { as, method = 'GET', from, body, headers = {} }: Call = {}) =>
  fetch(`${origin}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(as && { cookie: cookies.get(as) ?? '' }),
      ...(from && { origin: from }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });

beforeAll(async () => {
  database = await createTestDatabase();
  stack = await startStack({ databaseUrl: database.url, parts: ['web'] });
  origin = `http://127.0.0.1:${stack.config.web.port}`;
  const db = openDatabase(database.url, { max: 1, name: 'operators' });
  for (const role of Role.options) {
    const email = `${role}@roadcast.test`;
    await createOperator(systemContext(db, 'test'), { email, name: `The ${role}`, role, password });
    const answer = await call('/api/auth/sign-in/email', {
      method: 'POST',
      from: origin,
      body: JSON.stringify({ email, password }),
      headers: { 'content-type': 'application/json' },
    });
    const set = answer.headers.getSetCookie();
    expect(set.join()).toMatch(/HttpOnly/i);
    expect(set.join()).toMatch(/SameSite=Lax/i);
    cookies.set(role, set.map((cookie) => cookie.split(';', 1)[0]).join('; '));
  }
  await db.close();
}, 400_000);
afterAll(async () => {
  await stack?.stop();
  await database?.drop();
});

const reads = [
  '/api/fleet',
  '/api/fleet/export',
  '/api/search?q=WVW',
  '/api/audit/rows',
  '/api/audit/export',
  '/api/quarantine/rows',
  '/api/quarantine/export',
  '/api/quarantine/1',
  '/api/campaigns',
  '/api/campaigns/export',
  '/api/campaigns/none/assignments',
  '/api/campaigns/none/neighbours',
  '/api/campaigns/none/course?wave=1',
  '/api/campaigns/none/events',
  '/api/campaigns/none/export',
  '/api/catalog/releases',
  '/api/catalog/releases/export',
  '/api/jobs/rows',
  '/api/vehicles/none/campaigns',
  '/api/vehicles/none/timeline/export',
  '/api/vehicles/none/history/export',
  '/api/catalog/types/export',
  '/api/jobs/export',
  '/api/jobs/none',
  `/api/vehicles/${vin}/campaigns/export`,
  `/api/vehicles/${vin}/documents`,
  `/api/vehicles/${vin}/history`,
  `/api/vehicles/${vin}/neighbours`,
  `/api/vehicles/${vin}/timeline`,
  `/api/vehicles/${vin}/versions?at=2026-11-23T00:00:00Z`,
  `/api/vehicles/${vin}/why`,
];
const writes = [
  '/api/campaigns/preview',
  '/api/campaigns/dry-run',
  '/api/campaigns/previewed',
  '/api/fleet/import',
];

describe('route handlers', () => {
  test.each(reads)('%s is for those who are signed in', async (path) => {
    expect((await call(path)).status).toBe(401);
    for (const as of Role.options) expect([200, 404]).toContain((await call(path, { as })).status);
  });

  test.each(writes)('%s is for pages of this site, and for roles that may', async (path) => {
    const post = { method: 'POST', body: 'no json' };
    expect((await call(path, { ...post, from: origin })).status).toBe(401);
    expect((await call(path, { ...post, as: 'admin' })).status).toBe(403);
    expect((await call(path, { ...post, as: 'admin', from: 'http://elsewhere.test' })).status).toBe(403);
    if (path.endsWith('import')) {
      for (const as of ['viewer', 'approver'] as const)
        expect((await call(path, { ...post, as, from: origin })).status).toBe(403);
    } else expect((await call(path, { ...post, as: 'admin', from: origin })).status).toBe(422);
  });

  const hostile = [
    '%00',
    '%27%3B%20DROP%20TABLE%20vehicles%3B--',
    '%F0%9F%9A%97',
    '..%2F..%2Fetc',
    '__proto__',
    '-1',
    '%ZZ',
    '9'.repeat(40),
    'WyJhIiwiYiJd',
    'WzFd',
    'W251bGxd',
  ];
  test.each(hostile)('%s in an address is its sender’s fault, and nobody else’s', async (word) => {
    const paths = [
      `/api/search?q=${word}`,
      ...['vin', 'model', 'modelYear', 'lastSeen'].map((sort) => `/api/fleet?cursor=${word}&sort=${sort}`),
      `/api/fleet?sort=${word}`,
      `/api/fleet?q=${word}&attention=${word}`,
      `/api/audit/rows?cursor=${word}`,
      `/api/audit/rows?action=${word}&actor=${word}&subject=${word}&from=${word}&until=${word}`,
      `/api/quarantine/rows?cursor=${word}`,
      `/api/quarantine/rows?state=${word}&reason=${word}&source=${word}`,
      `/api/quarantine/${word}`,
      `/api/campaigns/${word}/assignments?cursor=${word}&state=${word}&sort=${word}&wave=${word}`,
      `/api/campaigns/${word}/events?until=${word}`,
      `/api/vehicles/${word}/campaigns?cursor=${word}`,
      `/api/vehicles/${word}/timeline/export?campaign=${word}`,
      `/api/vehicles/${word}/history/export`,
      `/api/vehicles/${word}/documents`,
      `/api/vehicles/${word}/history?cursor=${word}&ecu=${word}`,
      `/api/vehicles/${word}/neighbours?sort=${word}`,
      `/api/vehicles/${word}/timeline?cursor=${word}&campaign=${word}`,
      `/api/vehicles/${word}/why`,
      `/api/docs/${word}`,
      `/api/uploads/${word}`,
    ];
    const failed: string[] = [];
    for (const path of paths) if ((await call(path, { as: 'viewer' })).status >= 500) failed.push(path);
    expect(failed).toEqual([]);
    // A page tells of its fault in its text: what is sent first is sent with 200.
    for (const path of [`/campaigns/new?release=${word}&q=${word}`, `/fleet?q=${word}&of=${word}`]) {
      const page = await call(path, { as: 'admin' });
      if (page.status >= 500 || (await page.text()).includes('digest')) failed.push(path);
    }
    expect(failed).toEqual([]);
  });
});

describe('sign-in', () => {
  test.each([
    '/api/auth/sign-up/email',
    '/api/auth/admin/list-users',
    '/api/auth/admin/create-user',
    '/api/auth/admin/impersonate-user',
    '/api/auth/admin/set-role',
    '/api/auth/update-user',
    '/api/auth/delete-user',
    '/api/auth/./admin/list-users',
    '/api/auth/sign-out/../admin/list-users',
    '/api/auth//admin/list-users',
    '/api/auth/%61dmin/list-users',
    '//api/auth/admin/list-users',
  ])('%s is not reachable', async (path) => {
    for (const method of ['GET', 'POST']) {
      const answer = await call(path, {
        as: 'admin',
        method,
        from: origin,
        ...(method === 'POST' && { body: '{}', headers: { 'content-type': 'application/json' } }),
      });
      expect(answer.status).not.toBe(200);
      expect(answer.status).toBeLessThan(500);
    }
  });

  test('does not serve a page of another site', async () => {
    const answer = await call('/api/auth/sign-in/email', {
      method: 'POST',
      from: 'http://elsewhere.test',
      body: JSON.stringify({ email: 'admin@roadcast.test', password }),
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(403);
  });
});

describe('uploads', () => {
  const create = { method: 'POST', headers: { 'tus-resumable': '1.0.0', 'upload-length': '3' } };

  test('are for those who write the catalog, from pages of this site', async () => {
    expect((await call('/api/uploads', { ...create, from: origin })).status).toBe(401);
    expect((await call('/api/uploads', { ...create, as: 'viewer', from: origin })).status).toBe(403);
    const foreign = { ...create, as: 'admin', from: 'http://elsewhere.test' } as const;
    expect((await call('/api/uploads', foreign)).status).toBe(403);
    expect((await call('/api/uploads', { ...create, as: 'operator', from: origin })).status).toBe(201);
  });

  test.each(['..%2f..%2fsecrets', '%2e%2e%2fsecrets', '..%5csecrets', 'secrets.json%00', 'nothing'])(
    'reach no file but their own: %s',
    async (id) => {
      for (const method of ['HEAD', 'PATCH', 'DELETE']) {
        const { status } = await call(`/api/uploads/${id}`, {
          as: 'admin',
          method,
          from: origin,
          headers: {
            'tus-resumable': '1.0.0',
            'upload-offset': '0',
            'content-type': 'application/offset+octet-stream',
          },
          ...(method === 'PATCH' && { body: 'abc' }),
        });
        expect([400, 403, 404, 410]).toContain(status);
      }
    },
  );
});

test('the live socket is for signed-in pages of this site', async () => {
  const open = (headers: Record<string, string>, from?: string) =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(`${origin.replace('http', 'ws')}/live`, {
        headers,
        ...(from && { origin: from }),
      });
      socket.on('error', (error) => resolve(error.message));
      socket.on('open', () => {
        socket.terminate();
        resolve('open');
      });
    });
  const cookie = cookies.get('viewer') ?? '';
  expect(await open({ cookie })).toMatch('403');
  expect(await open({ cookie }, 'http://elsewhere.test')).toMatch('403');
  expect(await open({}, origin)).toMatch('401');
  expect(await open({ cookie }, origin)).toBe('open');
});

test('pages come with a policy, and nothing tells a secret', async () => {
  const page = await call('/sign-in');
  expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self' 'nonce-/);
  expect(page.headers.get('x-frame-options')).toBe('DENY');
  const texts = [
    await (await call('/healthz')).text(),
    await (await call('/metrics')).text(),
    stack.output(),
  ];
  for (const [name, value] of Object.entries(stack.env)) {
    if (/SECRET|PASSWORD|DATABASE_URL/.test(name))
      for (const text of texts) expect(text).not.toContain(value);
  }
  for (const text of texts) for (const cookie of cookies.values()) expect(text).not.toContain(cookie);
});
