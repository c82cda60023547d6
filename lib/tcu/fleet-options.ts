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
