import { randomBytes } from 'node:crypto';
import { hashCredential } from '#lib/keys/vehicle-credential.ts';
import { makeVehicle } from '#lib/tcu/catalog.ts';
import { deriveCredential } from '#lib/tcu/credential.ts';
import { openTableCopy, type TableCopy } from './copy-table.ts';
import {
  finishPastCampaigns,
  HISTORY_TABLES,
  makePastCampaigns,
  type PastCampaign,
  writeHistory,
} from './history.ts';
import type { SeedContext } from './seed-context.ts';
import { type SeededVehicle, scramble, vehicleMaker } from './seeded-vehicle.ts';

export type FleetSeed = {
  vehicles: number;
  append: boolean;
  history: boolean;
  exact: boolean;
  /** Share of the new vehicles that is shown as online. */
  online: number;
  seed: number;
};

const TABLES = {
  vehicles: ['vin', 'model', 'model_year', 'region', 'time_zone', 'tags', 'complete', 'registered_at'],
  vehicle_credentials: ['vin', 'salt', 'hash', 'issued_at'],
  vehicle_states: [
    'vin',
    'fingerprint',
    'configuration_key',
    'tcu_serial',
    'tcu_software_version',
    'online',
    'presence_at',
    'first_seen_at',
    'last_seen_at',
    'last_seen_bucket',
    'last_report_at',
  ],
  tcu_epochs: ['vin', 'epoch', 'serial', 'opened_at'],
  ecus: [
    'vin',
    'ecu_id',
    'type',
    'hardware_version',
    'software_version',
    'part_number',
    'serial',
    'status',
    'changed_at',
  ],
} as const;

const hourMs = 3_600_000;
const batch = 1_000;
/** From so many new vehicles on, making indexes anew is faster than keeping them up. */
const rebuildFrom = 50_000;

/** Fills the fleet up to `vehicles` (or by so many more) through COPY. */
export async function seedFleet(ctx: SeedContext, options: FleetSeed): Promise<void> {
  const present = await countSeeded(ctx);
  const from = present;
  const to = options.append ? present + options.vehicles : options.vehicles;
  if (to <= from) {
    ctx.say(`fleet: there are ${present} simulated vehicles already`);
    return;
  }
  const { rows } = await ctx.db.pool.query('SELECT 1 FROM vehicles WHERE vin = $1', [
    makeVehicle(from, options.seed).vin,
  ]);
  if (rows.length > 0)
    throw new Error('This fleet was not made by the seed alone; use another --seed or an empty database.');
  const campaigns = options.history ? await makePastCampaigns(ctx) : [];
  const begun = performance.now();
  await copyFleet(ctx, options, from, to, campaigns);
  if (campaigns.length > 0) await finishPastCampaigns(ctx, campaigns);
  const seconds = (performance.now() - begun) / 1000;
  ctx.say(`fleet: ${to - from} vehicles in ${seconds.toFixed(1)} s; making statistics`);
  await ctx.db.pool.query(
    `VACUUM ANALYZE ${[...Object.keys(TABLES), ...(options.history ? Object.keys(HISTORY_TABLES) : [])].join(', ')}`,
  );
}

async function countSeeded({ db }: SeedContext): Promise<number> {
  const { rows } = await db.pool.query<{ count: string }>(
    `SELECT count(*) AS count FROM vehicles WHERE vin >= 'WRC' AND vin < 'WRD'`,
  );
  return Number(rows[0]?.count ?? 0);
}

async function copyFleet(
  ctx: SeedContext,
  options: FleetSeed,
  from: number,
  to: number,
  campaigns: readonly PastCampaign[],
): Promise<void> {
  const tables = { ...TABLES, ...(options.history ? HISTORY_TABLES : {}) };
  const copies: Record<string, TableCopy> = {};
  const make = vehicleMaker(options.seed, options.exact);
  try {
    for (const [name, columns] of Object.entries(tables)) {
      copies[name] = await openTableCopy(ctx.db.pool, name, columns, { rebuild: to - from >= rebuildFrom });
    }
    const add =
      (table: string): TableCopy['add'] =>
      (cells) =>
        copies[table]?.add(cells);
    let said = performance.now();
    for (let index = from; index < to; index += 1) {
      const vehicle = make(index);
      addVehicle(ctx, vehicle, options, add);
      if (options.history) writeHistory(ctx, vehicle, campaigns, add);
      if (index % batch !== batch - 1) continue;
      for (const copy of Object.values(copies)) await copy.drained();
      if (performance.now() - said < 5_000) continue;
      said = performance.now();
      ctx.say(`fleet: ${index + 1 - from} of ${to - from}`);
    }
    // Most of it is making indexes, which keeps a core busy for each table.
    await Promise.all(Object.values(copies).map((copy) => copy.commit()));
  } catch (error) {
    await Promise.all(Object.values(copies).map((copy) => copy.undo()));
    throw error;
  }
}

function addVehicle(
  { now, credentialSecret }: SeedContext,
  vehicle: SeededVehicle,
  { online, seed }: FleetSeed,
  add: (table: string) => TableCopy['add'],
): void {
  const { vin, model, modelYear, region, timeZone, tcu, index, dice } = vehicle;
  const age = scramble(index, seed + 7);
  const registeredAt = new Date(now.getTime() - (30 + age * 900) * 24 * hourMs);
  const isOnline = scramble(index, seed + 11) < online;
  // Most vehicles were seen today, some have stood for months.
  const lastSeenAt = isOnline
    ? now
    : new Date(now.getTime() - 180 * 24 * hourMs * age ** 6 - dice * 12 * hourMs);
  const tags = index % 50 === 0 ? ['pilot'] : index % 331 === 0 ? ['press', 'loan car'] : [];
  add('vehicles')([vin, model, modelYear, region, timeZone, tags, true, registeredAt]);
  const salt = randomBytes(16);
  add('vehicle_credentials')([
    vin,
    salt,
    hashCredential(salt, deriveCredential(credentialSecret, vin)),
    registeredAt,
  ]);
  add('vehicle_states')([
    vin,
    vehicle.fingerprint,
    vehicle.configurationKey,
    tcu.serial,
    tcu.softwareVersion,
    isOnline,
    lastSeenAt,
    registeredAt,
    lastSeenAt,
    Math.floor(lastSeenAt.getTime() / hourMs),
    lastSeenAt,
  ]);
  add('tcu_epochs')([vin, 1, tcu.serial, registeredAt]);
  for (const ecu of vehicle.ecus) {
    add('ecus')([
      vin,
      ecu.ecuId,
      ecu.type,
      ecu.hardwareVersion,
      ecu.softwareVersion,
      ecu.partNumber,
      ecu.serial,
      ecu.status,
      lastSeenAt,
    ]);
  }
}
