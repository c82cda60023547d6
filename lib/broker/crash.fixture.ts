import { storedCredentialOf } from '#lib/keys/vehicle-credential.ts';
import { silentLog } from '#lib/log.ts';
import { createBroker } from './broker.ts';
import { backendLogin, testTopics } from './testing.ts';

const [directory = ''] = process.argv.slice(2);

/** A broker in a process of its own, so that it can be killed. */
const broker = await createBroker({
  directory,
  host: '127.0.0.1',
  port: 0,
  topics: testTopics,
  backend: backendLogin,
  enrolmentToken: undefined,
  credentials: { find: async (vin) => ({ ...storedCredentialOf(`credential-of-${vin}`), revoked: false }) },
  vehicleQueue: 100,
  log: silentLog(),
});
process.send?.(broker.ports[0]);
process.on('disconnect', () => process.exit(0));
