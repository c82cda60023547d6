import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createTestDatabase } from '#e2e/fixtures/database.ts';
import { ConfigError } from '#lib/errors.ts';
import { PinnedKeys, verifyEnvelope } from '#lib/protocol/envelope.ts';
import { exportVehicleKeys, openKeyring, writeVehicleKeys } from './keyring.ts';

const database = await createTestDatabase();
afterAll(() => database.drop());
const secret = 'a secret of the keyring';

it('makes one key a role however many workers start at once, and signs what vehicles verify', async () => {
  const [keyring] = await Promise.all([1, 2, 3].map(() => openKeyring(database.pool, secret)));
  const pinned = await exportVehicleKeys(database.pool);
  expect(pinned.director).toHaveLength(1);
  expect(pinned.announcement).toHaveLength(1);
  expect(pinned.director).not.toEqual(pinned.announcement);

  const signed = { _type: 'targets', version: 1 };
  const signature = keyring?.sign('director', signed);
  if (!signature) throw new Error('no keyring');
  expect(verifyEnvelope({ signed, signatures: [signature] }, pinned.director)).toBe(true);
  expect(verifyEnvelope({ signed, signatures: [signature] }, pinned.announcement)).toBe(false);
  expect(
    verifyEnvelope({ signed: { ...signed, version: 2 }, signatures: [signature] }, pinned.director),
  ).toBe(false);
});

it('keeps private keys sealed and refuses another secret by the name of the variable', async () => {
  const { rows } = await database.pool.query('SELECT encrypted_private FROM signing_keys');
  for (const row of rows) expect(row.encrypted_private.includes(Buffer.from('302e0201', 'hex'))).toBe(false);
  const wrong = openKeyring(database.pool, 'quite another secret');
  await expect(wrong).rejects.toThrow(ConfigError);
  await expect(openKeyring(database.pool, 'quite another secret')).rejects.toThrow('KEYRING_SECRET');
});

it('writes the public bundle for the demo fleet', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'roadcast-keys-'));
  await writeVehicleKeys(database.pool, dir);
  const bundle = PinnedKeys.parse(JSON.parse(await readFile(join(dir, 'vehicle-keys.json'), 'utf8')));
  expect(bundle).toEqual(await exportVehicleKeys(database.pool));
  await rm(dir, { recursive: true });
});
