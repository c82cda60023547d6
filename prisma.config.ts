import { defineConfig } from 'prisma/config';

// Generate and validate need no schema engine, and its download host is not reachable from a closed network.
// A path that fails when called, so that nothing can claim to have migrated: migrations go by lib/db/migrate.ts.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= '/bin/false';
process.env.PRISMA_HIDE_UPDATE_MESSAGE ??= '1';
process.env.CHECKPOINT_DISABLE ??= '1';

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations', seed: 'node prisma/seed.ts' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://127.0.0.1:5433/roadcast' },
});
