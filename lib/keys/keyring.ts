import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { ConfigError } from '#lib/errors.ts';
import { type PinnedKeys, pinnedKeyOf, signCanonical, signEnvelope } from '#lib/protocol/envelope.ts';
import type { EnvelopeSignature } from '#lib/protocol/ota-update.ts';
import { deriveSealingKey, openPrivateKey, sealPrivateKey } from './sealed-key.ts';

/** What a key may sign: one vehicle's Director document, or an announcement to many. */
export type KeyRole = 'director' | 'announcement';

/** Signs with the newest key of each role. */
export type Keyring = {
  sign(role: KeyRole, signed: unknown): EnvelopeSignature;
  /** Signs what is canonical JSON already. */
  signCanonical(role: KeyRole, canonical: string): EnvelopeSignature;
  keyId(role: KeyRole): string;
};

const roles: readonly KeyRole[] = ['director', 'announcement'];
const keyringLock = 7_203_115;

type StoredKey = { key_id: string; role: KeyRole; encrypted_private: Uint8Array };

/**
 * Opens the signing keys; the first worker that ever starts makes them. Only the worker may call this.
 * Throws a `ConfigError` where `KEYRING_SECRET` is not the one that the keys were stored under.
 */
export async function openKeyring(pool: pg.Pool, keyringSecret: string): Promise<Keyring> {
  const sealingKey = deriveSealingKey(keyringSecret);
  await createMissingKeys(pool, sealingKey);
  const stored = await pool.query<StoredKey>(
    `SELECT DISTINCT ON (role) role, key_id, encrypted_private FROM signing_keys
     WHERE retired_at IS NULL ORDER BY role, created_at DESC, key_id`,
  );
  const keys = new Map<KeyRole, { keyId: string; key: KeyObject }>();
  for (const row of stored.rows) {
    keys.set(row.role, { keyId: row.key_id, key: unseal(sealingKey, row) });
  }
  const keyOf = (role: KeyRole) => {
    const entry = keys.get(role);
    if (!entry) throw new Error(`there is no ${role} key`);
    return entry;
  };
  return {
    sign(role, signed) {
      const { key, keyId } = keyOf(role);
      return signEnvelope(signed, key, keyId);
    },
    signCanonical(role, canonical) {
      const { key, keyId } = keyOf(role);
      return signCanonical(canonical, key, keyId);
    },
    keyId: (role) => keyOf(role).keyId,
  };
}

/** The public keys that a TCU pins, newest first; retired ones are left out. */
export async function exportVehicleKeys(pool: pg.Pool): Promise<PinnedKeys> {
  const rows = await pool.query<{ key_id: string; role: KeyRole; public_key: string }>(
    'SELECT key_id, role, public_key FROM signing_keys WHERE retired_at IS NULL ORDER BY created_at DESC, key_id',
  );
  const ofRole = (role: KeyRole) =>
    rows.rows
      .filter((row) => row.role === role)
      .map((row) => ({ keyid: row.key_id, public: row.public_key }));
  return { director: ofRole('director'), announcement: ofRole('announcement') };
}

/** Writes the public bundle to `DATA_DIR/vehicle-keys.json`, from where simulated vehicles pin it. */
export async function writeVehicleKeys(pool: pg.Pool, dataDir: string): Promise<void> {
  const bundle = await exportVehicleKeys(pool);
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, 'vehicle-keys.json');
  await writeFile(`${path}.${process.pid}.new`, `${JSON.stringify(bundle, null, 2)}\n`);
  await rename(`${path}.${process.pid}.new`, path);
}

async function createMissingKeys(pool: pg.Pool, sealingKey: Uint8Array): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [keyringLock]);
    for (const role of roles) {
      const { rowCount } = await client.query(
        'SELECT 1 FROM signing_keys WHERE role = $1 AND retired_at IS NULL LIMIT 1',
        [role],
      );
      if (rowCount) continue;
      const { privateKey } = generateKeyPairSync('ed25519');
      const pinned = pinnedKeyOf(privateKey);
      await client.query(
        'INSERT INTO signing_keys (key_id, role, public_key, encrypted_private) VALUES ($1, $2, $3, $4)',
        [
          pinned.keyid,
          role,
          pinned.public,
          Buffer.from(sealPrivateKey(sealingKey, pinned.keyid, privateKey)),
        ],
      );
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

function unseal(sealingKey: Uint8Array, row: StoredKey): KeyObject {
  try {
    return openPrivateKey(sealingKey, row.key_id, row.encrypted_private);
  } catch (error) {
    throw new ConfigError(
      'KEYRING_SECRET',
      `KEYRING_SECRET does not open the stored ${row.role} key (${error instanceof Error ? error.message : String(error)}); set the secret that it was stored under.`,
    );
  }
}
