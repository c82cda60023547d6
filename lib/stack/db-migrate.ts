import { loadConfig } from '../config.ts';
import { applyMigrations } from '../db/migrate.ts';
import { explainError } from '../process.ts';

const help = `npm run db:migrate     applies the migrations of prisma/migrations that the database of DATABASE_URL lacks

\`npm start\` does so by itself. Safe to run twice and from several machines at once.
`;

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  process.stdout.write(help);
} else {
  try {
    const applied = await applyMigrations(loadConfig().databaseUrl);
    process.stdout.write(
      applied.length === 0 ? 'The database is up to date.\n' : `Applied: ${applied.join(', ')}\n`,
    );
  } catch (error) {
    process.stderr.write(`${explainError(error)}\n`);
    process.exitCode = 1;
  }
}
