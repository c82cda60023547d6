import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { type DueCursor, readUnsigned } from './unsigned-rows.ts';

let database: TestDatabase;
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
const vinOf = (n: number) => `TESTVEH${String(n).padStart(10, '0')}`;

beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  await pool.query(
    `INSERT INTO campaigns (id, name, definition, created_by, created_by_name, updated_at) VALUES ('c', 'c', '{}', 'x', 'x', now())`,
  );
  const add = async (
    n: number,
    wave: number,
    dueAt: Date | null,
    more: { state?: string; online?: boolean } = {},
  ) => {
    const { state = 'pending', online = true } = more;
    await pool.query('INSERT INTO vehicle_states (vin, online, director_version) VALUES ($1, $2, 3)', [
      vinOf(n),
      online,
    ]);
    await pool.query(
      `INSERT INTO assignments (campaign_id, vin, wave, state, due_at, steps) VALUES ('c', $1, $2, $3, $4, '[]')`,
      [vinOf(n), wave, state, dueAt],
    );
  };
  await add(1, 0, at(9));
  await add(2, 0, at(5));
  await add(3, 0, at(5));
  await add(4, 0, null);
  await add(5, 0, at(1));
  await add(6, 1, at(5));
  await add(7, 0, at(6), { state: 'deferred' });
  await add(8, 0, at(7), { online: false });
  await add(9, 0, at(8));
  const document = `INSERT INTO director_documents (vin, version, campaign_id, attempt, envelope, issued_at, expires_at, basis)
    VALUES ($1, 4, 'c', 1, '{}', $2, now(), 'b')`;
  await pool.query(document, [vinOf(9), at(4)]);
});
afterAll(() => database.drop());

async function read(after: DueCursor, signedAfter = at(0)) {
  const found: { vins: string[]; last: DueCursor | null }[] = [];
  for (let next: DueCursor | null = after; next; ) {
    const query = { campaignId: 'c', wave: 0, after: next, limit: 2, signedAfter };
    const { rows, last } = await readUnsigned(database.pool, query);
    found.push({ vins: rows.map(({ vin }) => vin), last });
    next = last;
  }
  return found;
}

describe('offers that wait unsigned', () => {
  it('are read by their instant and VIN, page by page, without those that wait for their vehicle', async () => {
    expect(await read({ dueAt: at(0), vin: '' })).toEqual([
      { vins: [vinOf(5), vinOf(2)], last: { dueAt: at(5), vin: vinOf(2) } },
      { vins: [vinOf(3)], last: { dueAt: at(7), vin: vinOf(8) } },
      { vins: [vinOf(1)], last: { dueAt: at(9), vin: vinOf(1) } },
      { vins: [], last: null },
    ]);
  });

  it('are those after an instant alone, where the earlier ones are the dispatcher’s', async () => {
    const vins = (await read({ dueAt: at(5), vin: vinOf(2) })).flatMap((page) => page.vins);
    expect(vins).toEqual([vinOf(3), vinOf(1)]);
  });

  it('are signed anew where they were signed too long ago', async () => {
    const vins = (await read({ dueAt: at(7), vin: '' }, at(4))).flatMap((page) => page.vins);
    expect(vins).toEqual([vinOf(9), vinOf(1)]);
  });
});
