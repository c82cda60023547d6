import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { diffSchemas, migrationsDir } from '../db/migrate.ts';
import { withThrowawayPostgres } from './throwaway-postgres.ts';

const help = `npm run db:diff -- <name>     writes prisma/migrations/<time>_<name>/migration.sql
npm run db:diff -- --check    fails if prisma/schema.prisma has changes without a migration

Compares prisma/schema.prisma with prisma/migrations/migrated.prisma, the schema as of the last migration.
The file may be edited before it is first applied: SQL that Prisma cannot say (partial indexes, checks,
fillfactor, triggers) is added by hand, by --empty in a migration of its own, and the next diff leaves it alone.
`;

const schemaPath = join(migrationsDir, '../schema.prisma');
const migratedPath = join(migrationsDir, 'migrated.prisma');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', short: 'h' },
    check: { type: 'boolean' },
    empty: { type: 'boolean' },
  },
});

if (values.help) {
  process.stdout.write(help);
} else {
  process.exitCode = await main(positionals[0], values.check ?? false, values.empty ?? false);
}

async function main(name: string | undefined, check: boolean, empty: boolean): Promise<number> {
  const schema = await readFile(schemaPath, 'utf8');
  const migrated = await readFile(migratedPath, 'utf8').catch(() => undefined);
  const sql = await withThrowawayPostgres((url) => diffSchemas(url, migrated, schema));
  if (check) {
    if (sql === '') return 0;
    process.stderr.write(
      `prisma/schema.prisma has changes without a migration; run \`npm run db:diff -- <name>\`:\n\n${sql}\n`,
    );
    return 1;
  }
  if (sql === '' && !empty) {
    process.stdout.write('The migrations already lead to prisma/schema.prisma; nothing written.\n');
    return 0;
  }
  if (name === undefined || !/^[a-z0-9_]+$/.test(name)) {
    process.stderr.write(`A name of small letters, digits and _ is needed.\n\n${help}`);
    return 1;
  }
  const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const directory = join(migrationsDir, `${stamp}_${name}`);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'migration.sql'), `${sql}\n`);
  await writeFile(migratedPath, schema);
  await writeFile(join(migrationsDir, 'migration_lock.toml'), 'provider = "postgresql"\n');
  process.stdout.write(`Written: ${join(directory, 'migration.sql')}\n`);
  return 0;
}
