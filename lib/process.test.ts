import { describe, expect, it } from 'vitest';
import { testEnv } from '#e2e/fixtures/env.ts';
import { loadConfig } from './config.ts';
import { ConfigError } from './errors.ts';
import { explainError } from './process.ts';

const config = loadConfig(
  testEnv({ DATABASE_URL: 'postgres://u:p@db.example/x', MQTT_URL: 'mqtt://mq.example:1884' }),
);
const networkError = (code: string, fields: object) =>
  Object.assign(new Error(`connect ${code}`), { code }, fields);

describe('explainError', () => {
  it.each([
    ['WEB_PORT', networkError('EADDRINUSE', { port: 3000 })],
    ['MQTT_TLS_PORT', loadError(8883)],
    ['PAYLOAD_PORT', networkError('EADDRINUSE', { port: 3080 })],
    ['DATABASE_URL', networkError('ECONNREFUSED', { port: 5432, address: '10.0.0.1' })],
    ['DATABASE_URL', networkError('ENOTFOUND', { hostname: 'db.example' })],
    ['DATABASE_URL', networkError('28P01', {})],
    ['MQTT_URL', new AggregateError([networkError('ECONNREFUSED', { port: 1884 })])],
    ['MQTT_URL', networkError('ENOTFOUND', { hostname: 'mq.example' })],
    ['npm ci', networkError('ERR_MODULE_NOT_FOUND', {})],
    ['AUTH_SECRET', new ConfigError('AUTH_SECRET', 'AUTH_SECRET is not set.')],
  ])('names %s in one sentence', (name, error) => {
    const own = name === 'MQTT_TLS_PORT' ? loadConfig(testEnv({ MQTT_TLS_PORT: '8883' })) : config;
    const sentence = explainError(error, own);
    expect(sentence).toContain(name);
    expect(sentence.split('\n')).toHaveLength(1);
  });

  it('blames no variable for an address that is nobody’s', () => {
    expect(explainError(networkError('ECONNREFUSED', { port: 9 }), config)).toBe('connect ECONNREFUSED');
    expect(explainError('plain')).toBe('plain');
  });
});

function loadError(port: number): Error {
  return networkError('EADDRINUSE', { port });
}
