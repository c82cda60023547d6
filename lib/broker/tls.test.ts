import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type IClientOptions } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBroker } from './testing.ts';

const vin = 'WVWZZZ1JZXW000001';
const other = 'WVWZZZ1JZXW000002';
const directory = mkdtempSync(join(tmpdir(), 'roadcast-tls-'));
const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const file = (name: string) => readFileSync(join(directory, name));

/** A certificate with this common name, signed by `by`, or by itself. */
function certify(name: string, commonName: string, by?: string): void {
  const path = (ending: string) => join(directory, `${name}.${ending}`);
  const ca =
    by === undefined ? [] : ['-CA', join(directory, `${by}.pem`), '-CAkey', join(directory, `${by}.key`)];
  execFileSync(
    'openssl',
    // biome-ignore format: one argument per thought
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
      '-subj', `/CN=${commonName}`, '-addext', 'subjectAltName=IP:127.0.0.1', ...ca,
      '-keyout', path('key'), '-out', path('pem')],
    { stdio: 'ignore' },
  );
}

describe.skipIf(!hasOpenssl)('the TLS listener', () => {
  let setup: Awaited<ReturnType<typeof startTestBroker>>;
  const connect = (options: IClientOptions) =>
    mqtt.connectAsync(`mqtts://127.0.0.1:${setup.broker.ports[1]}`, {
      ca: file('ca.pem'),
      clean: false,
      reconnectPeriod: 0,
      ...options,
    });
  const certificate = (name: string) => ({ cert: file(`${name}.pem`), key: file(`${name}.key`) });

  beforeAll(async () => {
    certify('ca', 'Roadcast test CA');
    certify('server', '127.0.0.1', 'ca');
    certify('vehicle', vin, 'ca');
    certify('forged', vin);
    const { cert, key } = certificate('server');
    setup = await startTestBroker({ tls: { port: 0, cert, key, ca: file('ca.pem') } });
    setup.register(vin);
  });
  afterAll(async () => {
    await setup.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('takes a credential', async () => {
    const client = await connect({ clientId: vin, username: vin, password: `credential-of-${vin}` });
    await client.endAsync();
  });

  it('takes a client certificate whose common name is the VIN, for that VIN only', async () => {
    const client = await connect({ clientId: vin, ...certificate('vehicle') });
    await client.publishAsync(`ECU_Details/${vin}`, '{}', { qos: 1 });
    await client.endAsync();
    await expect(connect({ clientId: other, ...certificate('vehicle') })).rejects.toMatchObject({ code: 2 });
  });

  it('takes none that another has signed, and none of a revoked vehicle', async () => {
    await expect(connect({ clientId: vin, ...certificate('forged') })).rejects.toMatchObject({ code: 4 });
    setup.revoke(vin);
    await expect(connect({ clientId: vin, ...certificate('vehicle') })).rejects.toMatchObject({ code: 5 });
  });
});
