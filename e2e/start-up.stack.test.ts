import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '#lib/stack/child.ts';
import { ensureSecrets } from '#lib/stack/secrets.ts';
import { findFreePorts } from './fixtures/ports.ts';

const run = promisify(execFile);
let dataDir: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'roadcast-start-'));
  const [web, mqtt, payload, database] = await findFreePorts(4);
  env = {
    NODE_ENV: 'production',
    PATH: process.env.PATH ?? '',
    DATA_DIR: dataDir,
    WEB_PORT: String(web),
    MQTT_PORT: String(mqtt),
    MQTT_TLS_PORT: '0',
    PAYLOAD_PORT: String(payload),
    DATABASE_PORT: String(database),
  };
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

/** What `npm start` says on stderr when it cannot start, and its exit code. */
async function refusal(overrides: Record<string, string>) {
  const main = join(root, 'lib/stack/main.ts');
  const options = { cwd: root, env: { ...env, ...overrides }, timeout: 60_000 };
  try {
    await run(process.execPath, ['--disable-warning=ExperimentalWarning', main], options);
  } catch (error) {
    return {
      code: Reflect.get(Object(error), 'code'),
      text: String(Reflect.get(Object(error), 'stderr')).trim(),
    };
  }
  throw new Error('it started');
}

describe('a start that cannot be', () => {
  it('names the variable of a port that another program holds', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '0.0.0.0', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const refused = await refusal({ PAYLOAD_PORT: String(port) });
    other.close();
    expect(refused).toEqual({
      code: 1,
      text: `✕ Port ${port} is taken by another program; set PAYLOAD_PORT to a free port.`,
    });
  });

  it.each([
    ['DATABASE_URL', 'postgres://a:b@127.0.0.1:1/x', 'does not let us in'],
    ['DATABASE_URL', 'nonsense', 'must be a URL'],
    ['MQTT_URL', 'mqtt://127.0.0.1:1', 'does not answer'],
    ['WEB_PORT', '0', 'WEB_PORT'],
  ])('says in one line what is wrong with %s=%s', async (variable, value, reason) => {
    const refused = await refusal({ [variable]: value });
    expect(refused.code).toBe(1);
    expect(refused.text.split('\n')).toHaveLength(1);
    expect(refused.text).toContain(variable);
    expect(refused.text).toContain(reason);
    expect(refused.text).not.toContain('a:b');
  });
});

describe('secrets', () => {
  it('are made once and readable by their owner alone', async () => {
    const directory = join(dataDir, 'secrets');
    await ensureSecrets(directory, { AUTH_SECRET: 'given-0123456789abcdef' });
    const path = join(directory, 'secrets.json');
    const { default: first } = await import(path, { with: { type: 'json' } });
    expect(Object.keys(first)).not.toContain('AUTH_SECRET');
    expect(first.KEYRING_SECRET).toMatch(/^[\w-]{43}$/);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const before = await stat(path);
    await ensureSecrets(directory, { AUTH_SECRET: 'given-0123456789abcdef' });
    expect((await stat(path)).mtimeMs).toBe(before.mtimeMs);
  });
});
