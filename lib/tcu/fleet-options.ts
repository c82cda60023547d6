import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ConfigError } from '#lib/errors.ts';
import type { ForcedOutcome } from './simulated-behaviour.ts';

const rate = z.coerce.number().min(0).max(1);
const whole = z.coerce.number().int().min(0);
const seconds = z.coerce.number().min(0);

const FleetOptionsSchema = z.object({
  vehicles: whole,
  from: whole,
  url: z.string().optional(),
  seed: whole,
  keys: z.string().optional(),
  credentials: z.string().optional(),
  state: z.string().optional(),
  'connect-rate': z.coerce.number().min(0.1),
  'report-every': seconds,
  'heartbeat-every': seconds.min(0.1),
  'install-seconds': seconds,
  'fail-rate': rate,
  'decline-rate': rate,
  'defer-rate': rate,
  'defer-minutes': seconds,
  'rollback-rate': rate,
  'partial-rate': rate,
  'power-cut-rate': rate,
  'offline-rate': rate,
  'offline-minutes': seconds,
  'duplicate-rate': rate,
  'reorder-rate': rate,
  'corrupt-rate': rate,
  keepalive: whole,
  mqtt5: z.boolean(),
  force: z.string(),
});
export type FleetOptions = z.infer<typeof FleetOptionsSchema>;

/** What one vehicle always does: an outcome in offers, or seconds before it comes online. */
export type Forced = { outcome?: ForcedOutcome | undefined; offlineSeconds?: number | undefined };

const outcomes: readonly string[] = ['decline', 'defer', 'fail', 'rollback', 'partial', 'power-cut', 'good'];

/** Every option with its default, as the command line would spell it. */
export const fleetDefaults: Record<string, string> = {
  vehicles: '60',
  from: '0',
  seed: '1',
  'connect-rate': '100',
  'report-every': '0',
  'heartbeat-every': '60',
  'install-seconds': '2',
  'fail-rate': '0',
  'decline-rate': '0',
  'defer-rate': '0',
  'defer-minutes': '1',
  'rollback-rate': '0',
  'partial-rate': '0',
  'power-cut-rate': '0',
  'offline-rate': '0',
  'offline-minutes': '2',
  'duplicate-rate': '0',
  'reorder-rate': '0',
  'corrupt-rate': '0',
  keepalive: '60',
  force: '',
};

/** The demo has a little of everything that happens to real fleets. */
export const demoDefaults: Record<string, string> = {
  'heartbeat-every': '30',
  'install-seconds': '3',
  'fail-rate': '0.03',
  'decline-rate': '0.02',
  'defer-rate': '0.03',
  'rollback-rate': '0.03',
  'offline-rate': '0.03',
  'offline-minutes': '1',
};

const explanations: Record<string, string> = {
  vehicles: 'how many vehicles',
  from: 'index of the first one',
  url: 'the broker, e.g. mqtt://127.0.0.1:1883 (default: that of the stack)',
  seed: 'another fleet',
  keys: 'FILE or URL of the public keys (default: DATA_DIR/vehicle-keys.json)',
  credentials: 'FILE, derived:SECRET or same:PASSWORD (default: those of the seed)',
  state: 'directory in which vehicles keep their state over a restart',
  'connect-rate': 'connections a second',
  'report-every': 'seconds between full reports without a reason; 0 for never',
  'heartbeat-every': 'seconds',
  'install-seconds': 'time that one ECU takes',
  'defer-minutes': 'how long a deferral lasts',
  'power-cut-rate': 'share of installations in which power fails',
  'offline-rate': 'share of the time spent out of coverage',
  'offline-minutes': 'how long at a time',
  mqtt5: 'speak MQTT 5 instead of 3.1.1',
  keepalive: 'seconds',
  force: 'what single vehicles always do, by index or VIN: 3=decline,4=rollback,5=fail,6=offline:60',
};

/** What `npm run fleet -- --help` says; every rate is a share from 0 to 1. */
export function fleetUsage(): string {
  const lines = Object.keys(FleetOptionsSchema.shape).map((name) => {
    const fallback = fleetDefaults[name];
    const shown = fallback === undefined || fallback === '' ? '' : ` [${fallback}]`;
    return `  --${name.padEnd(17)} ${explanations[name] ?? 'share of offers or messages'}${shown}\n`;
  });
  return `npm run fleet -- [options]: simulated vehicles, each a real MQTT client\n${lines.join('')}`;
}

/** Reads the command line; throws a `ConfigError` that names the option. */
export function readFleetOptions(args: string[], defaults: Record<string, string>): FleetOptions {
  const names = Object.keys(FleetOptionsSchema.shape);
  let given: Record<string, unknown>;
  try {
    const { values } = parseArgs({
      args,
      options: {
        ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
        mqtt5: { type: 'boolean' },
        demo: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    given = values;
  } catch (error) {
    throw new ConfigError('fleet', error instanceof Error ? error.message : String(error));
  }
  const parsed = FleetOptionsSchema.safeParse({ mqtt5: false, ...fleetDefaults, ...defaults, ...given });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0]);
  throw new ConfigError(name, `--${name} ${String(given[name])}: ${issue?.message}.`);
}

/** Reads `--force 3=decline,4=rollback,5=offline:60`: by index of the vehicle, or by its VIN. */
export function readForced(text: string): (index: number, vin: string) => Forced {
  const forced = new Map<string, Forced>();
  for (const part of text.split(',').filter((piece) => piece !== '')) {
    const [who = '', what = ''] = part.split('=');
    const [name = '', value] = what.split(':');
    const before = forced.get(who) ?? {};
    if (name === 'offline') forced.set(who, { ...before, offlineSeconds: Number(value ?? 60) });
    else if (isOutcome(name)) forced.set(who, { ...before, outcome: name });
    else
      throw new ConfigError(
        'force',
        `--force: "${what}" is none of ${outcomes.join(', ')}, offline:seconds.`,
      );
  }
  return (index, vin) => forced.get(vin) ?? forced.get(String(index)) ?? {};
}

function isOutcome(name: string): name is ForcedOutcome {
  return outcomes.includes(name);
}
