import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testEnv } from '#e2e/fixtures/env.ts';
import { loadConfig } from './config.ts';
import { ConfigError } from './errors.ts';

const refusal = (overrides: Record<string, string>) => {
  try {
    loadConfig(testEnv(overrides));
  } catch (error) {
    if (error instanceof ConfigError) return { variable: error.variable, message: error.message };
    throw error;
  }
  return undefined;
};

describe('loadConfig', () => {
  it('has a default for everything but the secrets', () => {
    const config = loadConfig(testEnv({ DEMO: '', FLEET_VEHICLES: '', MQTT_TLS_PORT: '' }));
    expect(config.web).toEqual({ host: '127.0.0.1', port: 3000, url: 'http://localhost:3000' });
    expect(config.mqtt).toMatchObject({ url: 'mqtt://127.0.0.1:1883', embedded: true, tlsPort: 8883 });
    expect(config.topics.ecuDetails).toBe('ECU_Details');
    expect(config).toMatchObject({ demo: true, fleet: { vehicles: 60 }, database: { embedded: true } });
  });

  it('fills no demo into a database or broker of somebody’s own unless asked', () => {
    const own = {
      DATABASE_URL: 'postgres://u:p@db/x',
      MQTT_URL: 'mqtts://broker',
      DEMO: '',
      FLEET_VEHICLES: '',
    };
    expect(loadConfig(testEnv(own))).toMatchObject({
      demo: false,
      fleet: { vehicles: 0 },
      database: { embedded: false },
      mqtt: { embedded: false },
    });
    expect(loadConfig(testEnv({ ...own, DEMO: 'on', FLEET_VEHICLES: '5' }))).toMatchObject({
      demo: true,
      fleet: { vehicles: 5 },
    });
  });

  it.each([
    ['WEB_PORT', '70000'],
    ['MQTT_PORT', 'mqtt'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['MQTT_URL', 'localhost'],
    ['KEYRING_SECRET', 'short'],
    ['TOPIC_OTA_UPDATE', 'OTA/+/update'],
    ['TOPIC_OTA_UPDATE', '/OTA_Update'],
    ['DEMO', 'perhaps'],
    ['LOG_LEVEL', 'loud'],
    ['OPERATOR_EMAIL', 'admin'],
    ['MQTT_SHARE_GROUP', 'a/b'],
  ])('refuses %s=%s with one sentence that names it', (variable, value) => {
    const refused = refusal({ [variable]: value });
    expect(refused?.variable).toBe(variable);
    expect(refused?.message).toMatch(new RegExp(`^${variable}\\b.*\\.$`));
    expect(refused?.message).not.toContain('\n');
  });

  it('shows no secret in its refusal', () => {
    expect(refusal({ KEYRING_SECRET: 'hush-hush' })?.message).not.toContain('hush-hush');
    expect(refusal({ DATABASE_URL: 'mysql://u:hush-hush@h/x' })?.message).not.toContain('hush-hush');
  });

  it('refuses what does not go together', () => {
    expect(refusal({ TOPIC_OTA_STATUS: 'ECU_Details' })?.message).toContain('TOPIC_OTA_STATUS');
    expect(refusal({ S3_ENDPOINT: 'http://minio:9000' })?.variable).toBe('S3_BUCKET');
    expect(refusal({ MQTT_TLS_CERT: '/cert.pem' })?.variable).toBe('MQTT_TLS_KEY');
  });

  it('reads the secrets of DATA_DIR, and the environment over them', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'roadcast-config-'));
    const secrets = { KEYRING_SECRET: 'from-the-file-0123456789', AUTH_SECRET: 'from-the-file-0123456789' };
    writeFileSync(join(dataDir, 'secrets.json'), JSON.stringify(secrets));
    const config = loadConfig(
      testEnv({ DATA_DIR: dataDir, KEYRING_SECRET: '', AUTH_SECRET: 'given-0123456789abcdef' }),
    );
    expect(config.secrets.keyring).toBe('from-the-file-0123456789');
    expect(config.secrets.auth).toBe('given-0123456789abcdef');
    rmSync(dataDir, { recursive: true });
    expect(refusal({ KEYRING_SECRET: '' })).toMatchObject({ variable: 'KEYRING_SECRET' });
  });
});
