import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#e2e/fixtures/database.ts';
import { ConflictError } from '#lib/errors.ts';
import { TopicNames } from '#lib/protocol/topics.ts';
import { ingestMessages } from '#lib/worker/inbound/ingest-messages.ts';
import { dismissQuarantine } from './dismiss-quarantine.ts';
import { getQuarantine } from './get-quarantine.ts';
import { getVehicle } from './get-vehicle.ts';
import { listQuarantine } from './list-quarantine.ts';
import { registerAndReplay } from './register-and-replay.ts';
import { replayQuarantine } from './replay-quarantine.ts';
import { personContext } from './testing.ts';

let db: TestDatabase;
const ctx = () => personContext(db);
const names = TopicNames.parse({});

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const report = (vin: string, sequence: number, softwareVersion: string) => ({
  topic: `ECU_Details/${vin}`,
  qos: 1 as const,
  payload: Buffer.from(
    JSON.stringify({
      v: 1,
      vin,
      sequence,
      tcu: { serial: 'T1', softwareVersion: '4.1.0' },
      ecus: [{ ecuId: 'BMS', type: 'BMS', hardwareVersion: 'A', softwareVersion, status: 'ok' }],
    }),
  ),
});

async function receive(...messages: { topic: string; qos: 0 | 1 | 2; payload: Buffer }[]): Promise<void> {
  await ingestMessages(db, messages, { names, now: new Date('2026-11-23T11:00:00Z') });
}

const fields = (vin: string) => ({
  vin,
  model: 'Aurora',
  modelYear: 2025,
  region: 'AT',
  timeZone: 'Europe/Vienna',
});

describe('quarantine', () => {
  it('keeps what an unknown vehicle said until it is registered, then replays it in one step', async () => {
    const vin = 'WVWZZZ1JZXW000011';
    await receive(report(vin, 1, '1.0'), report(vin, 2, '1.1'));
    const { rows, open } = await listQuarantine(ctx(), { vin });
    expect(rows).toMatchObject([{ reason: 'unknown_vehicle', count: 2, vin, registered: false }]);
    expect(open).toEqual([{ reason: 'unknown_vehicle', rows: 1, messages: 2 }]);

    const { credential, replays } = await registerAndReplay(ctx(), fields(vin));
    expect(credential).toHaveLength(43);
    expect(replays).toMatchObject([{ stored: 2, refused: [] }]);
    const { ecus } = await getVehicle(ctx(), { vin });
    expect(ecus).toMatchObject([{ ecuId: 'BMS', softwareVersion: '1.1' }]);
    expect(await listQuarantine(ctx(), { vin })).toMatchObject({ rows: [] });
    const closed = await listQuarantine(ctx(), { state: 'replayed', vin });
    const { messages } = await getQuarantine(ctx(), { id: closed.rows[0]?.id });
    expect(messages.map(({ outcome }) => outcome)).toEqual(['stored', 'stored']);
    expect(messages[0]?.text).toContain('"softwareVersion":"1.1"');
  });

  it('hands out the credential even where the replay fails, and keeps the messages', async () => {
    const vin = 'WVWZZZ1JZXW000017';
    await receive(report(vin, 1, '1.0'));
    await db.pool.query(
      `CREATE FUNCTION fail_replay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'disk full'; END $$;
       CREATE TRIGGER fail_replay BEFORE UPDATE ON quarantine_messages
       FOR EACH ROW EXECUTE FUNCTION fail_replay()`,
    );
    const registered = await registerAndReplay(ctx(), fields(vin));
    await db.pool.query('DROP TRIGGER fail_replay ON quarantine_messages; DROP FUNCTION fail_replay()');
    expect(registered.credential).toHaveLength(43);
    expect(registered.replayFailure).toContain('the server failed');
    const [row] = (await listQuarantine(ctx(), { state: 'replayed', vin })).rows;
    await expect(replayQuarantine(ctx(), { id: row?.id })).resolves.toMatchObject({ refused: [] });
  });

  it('puts what is refused again into a new row', async () => {
    const vin = 'WVWZZZ1JZXW000012';
    await receive(report(vin, 1, '1.0'));
    const before = await listQuarantine(ctx(), { vin });
    const id = before.rows[0]?.id;
    const { stored, refused } = await replayQuarantine(ctx(), { id });
    expect([stored, refused.map(({ reason }) => reason)]).toEqual([0, ['unknown_vehicle']]);
    const after = await listQuarantine(ctx(), { vin });
    expect(after.rows).toMatchObject([{ count: 1 }]);
    expect(after.rows[0]?.id).not.toBe(id);
    await expect(replayQuarantine(ctx(), { id })).rejects.toBeInstanceOf(ConflictError);
  });

  it('is dismissed once', async () => {
    await receive({
      topic: 'ECU_Details/WVWZZZ1JZXW000013',
      qos: 1,
      payload: Buffer.from([0xff, 0x00, 0x7b]),
    });
    const { rows } = await listQuarantine(ctx(), { reason: 'not_json' });
    const { messages } = await getQuarantine(ctx(), { id: rows[0]?.id });
    expect(messages).toMatchObject([{ hex: 'ff007b', text: null }]);
    await dismissQuarantine(ctx(), { id: rows[0]?.id });
    await expect(dismissQuarantine(ctx(), { id: rows[0]?.id })).rejects.toBeInstanceOf(ConflictError);
    expect((await listQuarantine(ctx(), { state: 'dismissed' })).rows).toMatchObject([
      { closedBy: 'The operator' },
    ]);
  });
});
