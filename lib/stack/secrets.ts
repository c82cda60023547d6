import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EnvironmentVariables } from '../config.ts';

const secret = () => randomBytes(32).toString('base64url');
const password = () => randomBytes(12).toString('base64url');

const makers: Record<string, () => string> = {
  KEYRING_SECRET: secret,
  AUTH_SECRET: secret,
  PAYLOAD_URL_SECRET: secret,
  DATABASE_PASSWORD: secret,
  MQTT_PASSWORD: secret,
  OPERATOR_PASSWORD: password,
};

/**
 * Makes once, into `DATA_DIR/secrets.json` (readable by its owner alone), what the environment does not set;
 * `loadConfig` reads it from there. With a broker of one's own, its password is not ours to make.
 */
export async function ensureSecrets(dataDir: string, env: EnvironmentVariables): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, 'secrets.json');
  const kept: Record<string, string> = JSON.parse(await readFile(path, 'utf8').catch(() => '{}'));
  const missing = Object.keys(makers).filter(
    (name) => !env[name] && kept[name] === undefined && !(name === 'MQTT_PASSWORD' && env.MQTT_URL),
  );
  if (missing.length === 0) return;
  const made = Object.fromEntries(missing.map((name) => [name, makers[name]?.() ?? '']));
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify({ ...kept, ...made }, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, path);
}
