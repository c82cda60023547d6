import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '#e2e/fixtures/database.ts';
import { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import type { TargetFilter } from '#lib/domain/target-filter.ts';
import { createJoinScreen } from './join-screen.ts';

const database = await createTestDatabase();
afterAll(() => database.drop());

beforeAll(async () => {
  await database.pool.query(`INSERT INTO ecu_types (name, version_scheme) VALUES ('BMS', 'dotted')`);
});

async function run(id: string, target: TargetFilter, revision = 1): Promise<void> {
  const definition = CampaignDefinition.parse({ name: id, kind: 'continuous', releaseIds: ['r'], target });
  await database.pool.query(
    `INSERT INTO campaigns (id, name, kind, state, definition, revision, created_by, created_by_name, updated_at)
     VALUES ($1, $1, 'continuous', 'running', $2, $3, 'x', 'x', now())
     ON CONFLICT (id) DO UPDATE SET definition = EXCLUDED.definition, revision = EXCLUDED.revision`,
    [id, JSON.stringify(definition), revision],
  );
}

async function ask(screen: ReturnType<typeof createJoinScreen>, version: string): Promise<boolean> {
  const client = await database.pool.connect();
  try {
    const mayJoin = await screen.load(client);
    return mayJoin(version, () => [{ type: 'BMS', hardwareVersion: 'H1', softwareVersion: version }]);
  } finally {
    client.release();
  }
}

const atLeast = (value: string): TargetFilter => ({
  kind: 'ecu',
  ecuType: 'BMS',
  software: { operator: '>=', value },
});

test('follows the campaigns that run, their revisions, and what their filters leave open', async () => {
  const screen = createJoinScreen();
  expect(await ask(screen, '1.5')).toBe(false);
  await run('a', atLeast('2.0'));
  expect(await ask(screen, '1.5')).toBe(false);
  expect(await ask(screen, '2.1')).toBe(true);
  await run('a', atLeast('1.0'), 2);
  expect(await ask(screen, '1.5')).toBe(true);
  await database.pool.query(`UPDATE campaigns SET state = 'completed' WHERE id = 'a'`);
  expect(await ask(screen, '1.5')).toBe(false);
  await run('b', { kind: 'text', field: 'model', operator: '=', values: ['Aurora'] });
  expect(await ask(screen, '1.5')).toBe(true);
});

test('judges by the catalog though another lane is still reading it', async () => {
  await database.pool.query(`UPDATE campaigns SET state = 'completed'`);
  await run('c', atLeast('3.0'));
  const screen = createJoinScreen();
  const slow = await database.pool.connect();
  const reads: (() => void)[] = [];
  const query = async (...given: unknown[]) => {
    const text = String(Reflect.get(Object(given[0]), 'text') ?? given[0]);
    if (!text.includes('FROM campaigns')) await new Promise<void>((resolve) => reads.push(resolve));
    return Reflect.apply(slow.query, slow, given);
  };
  const first = screen.load({ query } as unknown as typeof slow);
  await expect.poll(() => reads.length).toBeGreaterThan(0);
  expect(await ask(screen, '3.1')).toBe(true);
  let isDone = false;
  void first.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    for (const go of reads.splice(0)) go();
    await new Promise((resolve) => setImmediate(resolve));
  }
  slow.release();
});
