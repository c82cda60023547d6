import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    allowOnly: process.env.CI === undefined,
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles: ['e2e/fixtures/property-seed.ts'],
          include: ['{lib,components,app,prisma}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.db.test.ts', '**/*.stack.test.ts', 'node_modules/**'],
          // Properties of hundreds of cases take ten times as long where others use the machine.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'db',
          setupFiles: ['e2e/fixtures/property-seed.ts'],
          include: ['lib/**/*.db.test.ts', 'app/**/*.db.test.ts'],
          globalSetup: ['e2e/fixtures/database-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'stack',
          setupFiles: ['e2e/fixtures/property-seed.ts'],
          include: ['e2e/**/*.stack.test.ts'],
          globalSetup: ['e2e/fixtures/database-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
