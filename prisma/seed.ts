import { parseArgs } from 'node:util';
import { loadConfig } from '#lib/config.ts';
import { openDatabase } from '#lib/db/client.ts';
import { ConfigError } from '#lib/errors.ts';
import { openArtifactStore } from '#lib/payload/store.ts';
import { explainError } from '#lib/process.ts';
import { seedCatalog } from './seed/catalog.ts';
import { seedDemo } from './seed/demo.ts';
import { seedFleet } from './seed/fleet.ts';
import type { SeedContext } from './seed/seed-context.ts';

const usage = `npm run seed -- [--vehicles n] [--append] [--history] [--exact] [--online percent] [--seed n] [--demo]
  --vehicles n     fill the fleet up to n simulated vehicles (with --append: n more)
  --history        also version history, past campaigns and timelines
  --exact          every vehicle as the simulated fleet reports it, instead of few distinct configurations
  --online p       show p percent of the new vehicles as online (default 0)
  --seed n         another fleet (default 1)
  --demo           what a first start shows: catalog with files, demo vehicles, a campaign ready to start`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      vehicles: { type: 'string' },
      append: { type: 'boolean', default: false },
      history: { type: 'boolean', default: false },
      exact: { type: 'boolean', default: false },
      online: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      demo: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const number = (name: 'vehicles' | 'online' | 'seed', fallback = 0) => {
    const value = Number(values[name] ?? fallback);
    if (Number.isInteger(value) && value >= 0) return value;
    throw new ConfigError(name, `--${name} must be a whole number.\n${usage}`);
  };
  if (values.help || (values.vehicles === undefined && !values.demo)) return undefined;
  return {
    vehicles: number('vehicles'),
    online: Math.min(number('online'), 100) / 100,
    seed: number('seed', 1),
    append: values.append,
    history: values.history,
    exact: values.exact,
    demo: values.demo,
  };
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options === undefined) {
    console.log(usage);
    return;
  }
  const config = loadConfig();
  const db = openDatabase(config.databaseUrl, { max: 12, name: 'roadcast-seed' });
  const ctx: SeedContext = {
    db,
    store: openArtifactStore(config),
    credentialSecret: config.secrets.auth,
    now: new Date(),
    say: (text) => console.log(text),
  };
  try {
    await seedCatalog(ctx);
    if (options.demo) await seedDemo(ctx, config.fleet.vehicles);
    if (options.vehicles > 0) await seedFleet(ctx, options);
  } finally {
    await db.close();
  }
}

main().catch((error: unknown) => {
  console.error(explainError(error));
  process.exitCode = 1;
});
