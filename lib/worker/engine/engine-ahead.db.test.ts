import { describe, expect, it } from 'vitest';
import { readDirectorDocuments } from '#lib/db/queries/director-documents.ts';
import { allowOffers } from '#lib/services/allow-offers.ts';
import { stopAllOffers } from '#lib/services/stop-all-offers.ts';
import { controlledEngine } from './control-testing.ts';
import { seedFleet, statesOf, vehicleOf } from './testing.ts';

const engine = await controlledEngine();
const { database, begin, said, inSync } = engine;

/** Signs ahead until nothing is left to sign. */
async function signAll(): Promise<void> {
  while ((await engine.harness.core.signAhead(engine.harness.clock.now)).more);
}

async function stored() {
  const { rows } = await database.pool.query<{
    vin: string;
    version: number;
    basis: string | null;
    sig: string;
  }>(
    `SELECT vin, version, basis, envelope -> 'signatures' -> 0 ->> 'sig' AS sig FROM director_documents ORDER BY vin, version`,
  );
  return rows;
}

async function allowAndSettle(): Promise<void> {
  await allowOffers(engine.harness.ctx, { reason: 'all is well' });
  await engine.harness.settle();
}

describe('offers that wait', () => {
  it('are signed ahead, told to nobody, and given as they were signed', async () => {
    const vins = await seedFleet(engine.harness, { count: 3 });
    await stopAllOffers(engine.harness.ctx, { reason: 'a bad feeling' });
    const campaignId = await begin();
    await signAll();
    const ahead = await stored();
    expect(ahead.map(({ vin, version }) => ({ vin, version }))).toEqual(
      vins.map((vin) => ({ vin, version: 1 })),
    );
    expect(engine.harness.received).toEqual([]);
    expect(await readDirectorDocuments(database.pool, vins[0] ?? '', 10)).toEqual([]);
    // Nothing is signed twice.
    await signAll();
    expect(await stored()).toEqual(ahead);

    engine.harness.clock.advance(5);
    await allowAndSettle();
    const given = engine.harness.received.map(({ vin, update }) => ({ vin, sig: update.signatures[0]?.sig }));
    expect(given.sort((a, b) => (a.vin < b.vin ? -1 : 1))).toEqual(
      ahead.map(({ vin, sig }) => ({ vin, sig })),
    );
    expect(await stored()).toEqual(ahead);
    expect(await readDirectorDocuments(database.pool, vins[0] ?? '', 10)).toHaveLength(1);
    expect(await statesOf(database, campaignId)).toEqual({ notified: 3 });
    await inSync(campaignId);
  });

  it('are signed anew where the release says something else by then', async () => {
    const [vin = ''] = await seedFleet(engine.harness, { count: 1 });
    await stopAllOffers(engine.harness.ctx, { reason: 'a bad feeling' });
    await begin();
    await signAll();
    const [ahead] = await stored();
    await database.prisma.release.update({
      where: { id: 'bms-2' },
      data: {
        preconditions: { parked: true, minimumBatteryPercent: 70, ignition: 'any' },
        revision: { increment: 1 },
      },
    });
    await allowAndSettle();
    const [first] = said(vin);
    expect(first?.version).toBe(1);
    expect(Object.values(first?.targets ?? {})[0]?.custom.preconditions.minimumBatteryPercent).toBe(70);
    const [now] = await stored();
    expect(now?.sig).not.toBe(ahead?.sig);
    expect(now?.basis).toBeNull();
  });

  it('are signed anew where another document took their version', async () => {
    const [vin = ''] = await seedFleet(engine.harness, { count: 1 });
    await stopAllOffers(engine.harness.ctx, { reason: 'a bad feeling' });
    await begin();
    await signAll();
    await database.pool.query('UPDATE vehicle_states SET director_version = 1 WHERE vin = $1', [vin]);
    await allowAndSettle();
    expect(said(vin).map(({ version }) => version)).toEqual([2]);
  });

  it('are not taken after a day, nor for a configuration that was not signed for', async () => {
    const [old = '', changed = ''] = await seedFleet(engine.harness, { count: 2 });
    await stopAllOffers(engine.harness.ctx, { reason: 'a bad feeling' });
    await begin();
    await signAll();
    const ahead = await stored();
    await vehicleOf(engine.harness, changed).reports({ BMS: '3.0.0', VCU: '5.0.0' });
    engine.harness.clock.advance(25 * 60);
    await allowAndSettle();
    expect(engine.harness.received.map(({ vin }) => vin)).toEqual([old]);
    expect(said(old).map(({ version }) => version)).toEqual([1]);
    expect((await stored())[0]?.sig).not.toBe(ahead[0]?.sig);
    expect(await readDirectorDocuments(database.pool, changed, 10)).toEqual([]);
  });

  it('are those of the next wave alone, and of vehicles that are online', async () => {
    await seedFleet(engine.harness, { count: 30, onlineOf: (n) => n % 2 === 0 });
    const size = (percent: number) => ({ kind: 'percent' as const, percent });
    const campaignId = await begin({
      waves: [
        { name: 'One', size: size(20), gate: { manual: true } },
        { name: 'Two', size: size(40), gate: { manual: true } },
        { name: 'Rest', size: { kind: 'rest' } },
      ],
    });
    const given = await stored();
    await signAll();
    const { rows } = await database.pool.query<{ vin: string }>(
      `SELECT a.vin FROM assignments a JOIN vehicle_states s ON s.vin = a.vin AND s.online
       WHERE a.campaign_id = $1 AND a.wave = 1 ORDER BY 1`,
      [campaignId],
    );
    const ahead = (await stored()).filter(({ vin }) => !given.some((one) => one.vin === vin));
    expect(ahead.map(({ vin }) => vin)).toEqual(rows.map(({ vin }) => vin));
    expect(ahead.length).toBeGreaterThan(0);
  });
});
