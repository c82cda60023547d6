import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { testEnv } from '#e2e/fixtures/env.ts';
import { loadConfig } from '#lib/config.ts';
import { systemContext } from '#lib/services/context.ts';
import { ensureFirstAdmin } from '#lib/services/ensure-first-admin.ts';
import { sessionFromHeaders } from './actor.ts';
import { type Auth, createAuth } from './auth.ts';

const login = { email: 'admin@roadcast.local', password: 'test-operator-password' };
let db: TestDatabase;
let auth: Auth;
let cookie: string;

beforeAll(async () => {
  db = await createTestDatabase();
  auth = createAuth(loadConfig(testEnv()), db);
  await ensureFirstAdmin(systemContext(db, 'set-up'), login);
});
afterAll(() => db.drop());

beforeEach(async () => {
  const { headers } = await auth.api.signInEmail({ body: login, returnHeaders: true });
  cookie = headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
});

const ask = (text = cookie) =>
  sessionFromHeaders({ auth, db }, new Headers({ cookie: `theme=dark; ${text}` }));
const change = (set: string) => db.pool.query(`UPDATE sessions SET ${set}`);

test('who signed in is known by one statement, and is whom better-auth knows', async () => {
  const asked = vi.spyOn(auth.api, 'getSession');
  const session = await ask();
  expect(asked).not.toHaveBeenCalled();
  asked.mockRestore();
  const known = await auth.api.getSession({ headers: new Headers({ cookie }) });
  expect(session).toEqual({
    actor: { kind: 'user', id: known?.user.id, name: known?.user.name, role: 'admin' },
    email: login.email,
    expiresAt: known?.session.expiresAt,
  });
});

test('another role and a lock count at the next request', async () => {
  await db.pool.query("UPDATE users SET role = 'viewer'");
  expect((await ask())?.actor.role).toBe('viewer');
  await db.pool.query("UPDATE users SET role = 'admin', banned = true");
  expect(await ask()).toBeNull();
  await db.pool.query('UPDATE users SET banned = false');
  expect(await ask()).not.toBeNull();
});

test('who signed out, or whose session has expired, is nobody', async () => {
  await change("expires_at = now() - interval '1 second'");
  expect(await ask()).toBeNull();
  const { headers } = await auth.api.signInEmail({ body: login, returnHeaders: true });
  const other = headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  expect(await ask(other)).not.toBeNull();
  await auth.api.signOut({ headers: new Headers({ cookie: other }) });
  expect(await ask(other)).toBeNull();
});

test('a session that is due is renewed', async () => {
  await change("expires_at = now() + interval '6 days 22 hours'");
  expect(await ask()).not.toBeNull();
  const { rows } = await db.pool.query(
    "SELECT bool_or(expires_at > now() + interval '6 days 23 hours 59 minutes') AS renewed FROM sessions",
  );
  expect(rows[0].renewed).toBe(true);
});

test.each<[string, (text: string) => string]>([
  ['signed by somebody else', (text) => text.replace(/.{8}%3D$/, 'AAAAAAAA%3D')],
  ['without its signature', (text) => text.replace(/\..{20,}$/, '')],
  ['of another token', (text) => text.replace('token=', 'token=x')],
  ['that cannot be decoded', (text) => `${text}%`],
  ['that is empty', () => ''],
])('a cookie %s is nobody', async (_what, spoil) => {
  const spoiled = spoil(cookie);
  expect(spoiled).not.toBe(cookie);
  expect(await ask(spoiled)).toBeNull();
});
