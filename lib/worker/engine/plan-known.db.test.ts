import { expect, it } from 'vitest';
import { urgentSql } from '#lib/db/engine/dispatch-duties.ts';
import { controlledEngine } from './control-testing.ts';
import { seedFleet } from './testing.ts';

const engine = await controlledEngine();
const { database, begin } = engine;

type Plan = { 'Node Type': string; 'Index Name'?: string; Plans?: Plan[] };

/** Nodes of the plan that Postgres makes of a statement whatever its values, the way it is prepared. */
async function nodesOf(text: string, types: string, values: string): Promise<Plan[]> {
  const client = await database.pool.connect();
  try {
    await client.query('SET plan_cache_mode = force_generic_plan');
    await client.query(`PREPARE looked (${types}) AS ${text}`);
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `EXPLAIN (FORMAT json) EXECUTE looked (${values})`,
    );
    const nodes = rows[0]?.['QUERY PLAN'].map(({ Plan: plan }) => plan) ?? [];
    for (const node of nodes) nodes.push(...(node.Plans ?? []));
    return nodes;
  } finally {
    client.release(true);
  }
}

it('has Postgres know of a campaign that was just planned, and look for what is due by index', async () => {
  await seedFleet(engine.harness, { count: 600, onlineOf: () => false });
  await begin();
  const { rows } = await database.pool.query<{ rows: number }>(
    `SELECT reltuples::int AS rows FROM pg_class WHERE oid = 'assignments'::regclass`,
  );
  expect(rows[0]?.rows).toBe(600);
  const nodes = await nodesOf(urgentSql, 'timestamptz', 'now()');
  expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
  expect(nodes.map((node) => node['Index Name'])).toEqual(
    expect.arrayContaining(['sql_assignments_cancel', 'sql_assignments_urls']),
  );
});
