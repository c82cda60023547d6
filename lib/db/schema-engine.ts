import { parentPort, workerData } from 'node:worker_threads';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { type ApplyMigrationsInput, type DiffParams, SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';

/** What the worker of lib/db/migrate.ts is asked, by `workerData`. */
export type EngineJob = { url: string } & (
  | { kind: 'apply'; input: ApplyMigrationsInput }
  | { kind: 'diff'; input: DiffParams }
);

export type EngineAnswer = { kind: 'done'; output: unknown } | { kind: 'failed'; message: string };

/** The engine wants to know the kind of database, nothing more. */
const provider = 'datasource db {\n  provider = "postgresql"\n}\n';

/** The adapter cuts a script at every semicolon, so also within a function's body; Postgres takes it whole. */
class WholeScripts extends PrismaPg {
  override async connect() {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => {
      try {
        await adapter.underlyingDriver().query(script);
      } catch (error) {
        scriptError = error instanceof Error ? error.message : String(error);
        throw error;
      }
    };
    return adapter;
  }
}

/** What Postgres said; the engine's own message hides it. */
let scriptError: string | undefined;
let panic: string | undefined;
const registry = {
  set_message(message: string) {
    panic = message;
  },
};
Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: registry });

async function run(job: EngineJob): Promise<unknown> {
  const pool = new pg.Pool({ connectionString: job.url, max: 2, application_name: 'roadcast-migrate' });
  const adapter = bindMigrationAwareSqlAdapterFactory(new WholeScripts(pool));
  const options = { datamodels: [['schema.prisma', provider] satisfies [string, string]] };
  const engine = await SchemaEngine.new(options, () => undefined, adapter);
  return job.kind === 'apply' ? engine.applyMigrations(job.input) : engine.diff(job.input);
}

function answer(message: EngineAnswer): void {
  parentPort?.postMessage(message);
}

function fail(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  const migration = /migration_name="([^"]+)"/.exec(text)?.[1];
  const ofScript = scriptError && (migration ? `Migration ${migration}: ${scriptError}` : scriptError);
  answer({ kind: 'failed', message: ofScript ?? panic ?? text });
}

// A panic of the engine surfaces outside of the promise that it broke.
process.on('uncaughtException', fail);
run(workerData).then((output) => answer({ kind: 'done', output }), fail);
