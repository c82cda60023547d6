import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, loadConfig } from '#lib/config.ts';
import { ConfigError } from '#lib/errors.ts';
import { createLog, type Log } from '#lib/log.ts';
import { runProcess } from '#lib/process.ts';
import { PinnedKeys } from '#lib/protocol/envelope.ts';
import { TopicNames } from '#lib/protocol/topics.ts';
import { makeVehicle } from './catalog.ts';
import { type Credentials, deriveCredential, readCredentials } from './credential.ts';
import {
  demoDefaults,
  type FleetOptions,
  fleetUsage,
  readFleetOptions,
  readForced,
} from './fleet-options.ts';
import { openFleetState } from './fleet-state.ts';
import { type FleetVehicle, startFleetVehicle } from './fleet-vehicle.ts';
import type { TcuEvent } from './tcu.ts';

const statusEveryMs = 5_000;
const keysWaitMs = 60_000;

type Surroundings = { config: Config | undefined; log: Log };

const args = process.argv.slice(2);
if (args.includes('--help')) {
  process.stdout.write(fleetUsage());
} else if (args.includes('--demo')) {
  await runProcess('fleet', ({ config, log }) => {
    const defaults = {
      ...demoDefaults,
      vehicles: String(config.fleet.vehicles),
      url: config.mqtt.url,
      state: join(config.dataDir, 'fleet'),
    };
    return startFleet(readFleetOptions([...config.fleet.args, ...args], defaults), { config, log });
  });
} else {
  await runAlone();
}

/** From the command line: with the configuration of the stack if there is one, else with the options alone. */
async function runAlone(): Promise<void> {
  const log = createLog('fleet', { level: 'info', format: 'pretty' });
  try {
    const config = readConfigIfAny();
    const options = readFleetOptions(args, config ? { url: config.mqtt.url } : {});
    const fleet = await startFleet(options, { config, log });
    const stop = () => {
      fleet.stop().then(
        () => process.exit(0),
        (error) => {
          log.error({ err: error }, 'failed to stop in order');
          process.exit(1);
        },
      );
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  } catch (error) {
    log.fatal(error instanceof ConfigError ? error.message : { err: error });
    process.exit(1);
  }
}

/** Vehicles need nothing of the backend's secrets; without them the options must say everything. */
function readConfigIfAny(): Config | undefined {
  try {
    return loadConfig();
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

async function startFleet(options: FleetOptions, { config, log }: Surroundings) {
  if (options.url === undefined)
    throw new ConfigError('url', '--url is not set, e.g. --url mqtt://127.0.0.1:1883.');
  const { url } = options;
  const credentials = credentialsFor(options, config);
  const keys = await loadKeys(options.keys ?? join(config?.dataDir ?? '.data', 'vehicle-keys.json'));
  const forced = readForced(options.force);
  const states = openFleetState(options.state);
  const counts = {
    reconnects: 0,
    statuses: 0,
    installed: 0,
    failed: 0,
    rolledBack: 0,
    declined: 0,
    deferred: 0,
  };
  let lastReason = '';
  const onEvent = (event: TcuEvent) => {
    if (event.kind === 'offline') {
      counts.reconnects++;
      lastReason = event.reason;
    }
    if (event.kind !== 'status') return;
    counts.statuses++;
    const { phase } = event.status;
    if (phase === 'installed') counts.installed++;
    else if (phase === 'failed') counts.failed++;
    else if (phase === 'rolled_back') counts.rolledBack++;
    else if (phase === 'declined') counts.declined++;
    else if (phase === 'deferred') counts.deferred++;
  };
  const surroundings = {
    url,
    topics: TopicNames.parse(config?.topics ?? {}),
    keys,
    options,
    states,
    onEvent,
  };
  const vehicles: FleetVehicle[] = [];
  let next = options.from;
  const end = options.from + options.vehicles;
  const startOne = () => {
    const index = next++;
    const vehicle = makeVehicle(index, options.seed);
    const credential = credentials(vehicle.vin);
    if (credential === undefined) {
      log.warn(`${vehicle.vin} has no credential and stays away`);
      return;
    }
    vehicles.push(startFleetVehicle(vehicle, credential, forced(index, vehicle.vin), surroundings));
  };
  const tickMs = 100;
  let due = 0;
  const starter = setInterval(() => {
    for (due += (options['connect-rate'] * tickMs) / 1_000; due >= 1 && next < end; due--) startOne();
    if (next >= end) clearInterval(starter);
  }, tickMs);

  const details = () => ({
    vehicles: options.vehicles,
    online: vehicles.filter((vehicle) => vehicle.isOnline).length,
    updating: vehicles.filter((vehicle) => vehicle.isBusy).length,
    uncommitted: vehicles.reduce((sum, vehicle) => sum + vehicle.waiting, 0),
    ...counts,
  });
  let lastLine = '';
  const reporter = setInterval(() => {
    const { online, updating, uncommitted, installed, failed, rolledBack, declined, deferred } = details();
    const line =
      `${online}/${options.vehicles} online, ${updating} updating, ${installed} installed, ${failed} failed, ` +
      `${rolledBack} rolled back, ${declined} declined, ${deferred} deferred, ${uncommitted} uncommitted`;
    const why = online === 0 && lastReason !== '' ? ` (${lastReason})` : '';
    if (line !== lastLine) log.info(line + why);
    lastLine = line;
  }, statusEveryMs);

  return {
    details,
    async stop(): Promise<void> {
      clearInterval(starter);
      clearInterval(reporter);
      await Promise.all(vehicles.map((vehicle) => vehicle.stop()));
      await states.close();
    },
  };
}

function credentialsFor(options: FleetOptions, config: Config | undefined): Credentials {
  const fromSeed = join(config?.dataDir ?? '.data', 'fleet-credentials.jsonl');
  const source = options.credentials ?? (existsSync(fromSeed) ? fromSeed : 'derived');
  if (source.startsWith('same:')) return () => source.slice('same:'.length);
  if (source === 'derived' || source.startsWith('derived:')) {
    const secret = source === 'derived' ? config?.secrets.auth : source.slice('derived:'.length);
    if (secret === undefined) {
      throw new ConfigError(
        'credentials',
        '--credentials is not set: FILE, derived:SECRET or same:PASSWORD.',
      );
    }
    return (vin) => deriveCredential(secret, vin);
  }
  return readCredentials(source);
}

/** The public keys that the vehicles pin, from a file or URL; waits for a backend that is only starting. */
async function loadKeys(source: string): Promise<PinnedKeys> {
  const deadline = Date.now() + keysWaitMs;
  for (;;) {
    const text = await readSource(source);
    if (text !== undefined) return PinnedKeys.parse(JSON.parse(text));
    if (Date.now() > deadline) {
      throw new ConfigError('keys', `--keys: nothing at ${source}; the worker writes vehicle-keys.json.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function readSource(source: string): Promise<string | undefined> {
  if (!/^https?:/.test(source)) return existsSync(source) ? readFileSync(source, 'utf8') : undefined;
  const response = await fetch(source).catch(() => undefined);
  return response?.ok ? response.text() : undefined;
}
