import mqttClient from 'mqtt';
import { allowOffers } from '#lib/services/allow-offers.ts';
import { systemContext } from '#lib/services/context.ts';
import { stopAllOffers } from '#lib/services/stop-all-offers.ts';
import { type BrokerLogin, startBackend } from '../backend.ts';
import { makeRelease, planned, startBenchCampaign } from '../campaigns.ts';
import { startChild } from '../child.ts';
import { all, atLeast, type BenchEntry, resultOf } from '../entry.ts';
import { ECU_IDS } from '../load/reports.ts';
import { openLoad, timed } from '../load.ts';
import { alternate } from '../rounds.ts';
import { until } from '../until.ts';
import { committed } from './ingest.ts';

const REASON = { reason: 'bench' };

export const notify: BenchEntry = {
  name: 'notify',
  describes: 'OTA_Update/s: due rows, signed, PUBACK of the broker, state stored',
  async *run(options) {
    const { quick, rounds, say, defer } = options;
    const perRound = quick ? 2_000 : 10_000;
    const turns = rounds + 1;
    const vehicles = perRound * turns;
    const backend = await startBackend(options, { broker: 'mosquitto', parts: ['worker'], vehicles });
    const { db, mqtt, stack } = backend;
    const ctx = systemContext(db, 'bench');

    say(`${vehicles} vehicles report and are planned`);
    const load = await openLoad(defer, { ...mqtt, topic: stack.config.topics.ecuDetails, vehicles });
    await timed(load, { perVehicle: 1, changed: 0 }, () => committed(backend, vehicles, 1));
    await load.stop();
    await db.pool.query('UPDATE vehicle_states SET online = true');
    await stopAllOffers(ctx, REASON);
    const ecuType = ECU_IDS[1];
    const releaseId = await makeRelease(db, ecuType, '2.0.0');
    const campaigns: string[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      const model = `Bench ${turn}`;
      await db.pool.query(
        `UPDATE vehicles SET model = $1 WHERE vin IN (SELECT vin FROM vehicles WHERE model = 'Bench' ORDER BY vin LIMIT $2)`,
        [model, perRound],
      );
      campaigns.push(
        await startBenchCampaign(db, {
          name: model,
          releaseIds: [releaseId],
          target: { kind: 'text', field: 'model', operator: '=', values: [model] },
          rate: { maximumPerMinute: 1_000_000 },
        }),
      );
      await planned(db, [campaigns[turn] ?? '']);
      // Only the turn's own campaign is due; the others wait behind a pause of the row itself.
      await db.pool.query(
        `UPDATE assignments SET due_at = NULL WHERE campaign_id = $1 AND state = 'pending'`,
        [campaigns[turn]],
      );
    }
    let turn = 0;
    const product = async () => {
      const campaignId = campaigns[turn] ?? '';
      turn += 1;
      const { rowCount } = await db.pool.query(
        `UPDATE assignments SET due_at = now() WHERE campaign_id = $1 AND state = 'pending'`,
        [campaignId],
      );
      if (rowCount !== perRound) throw new Error(`${rowCount} of ${perRound} vehicles are due`);
      const startedAt = performance.now();
      await allowOffers(ctx, REASON);
      await until(
        async () => {
          const { rows } = await db.pool.query<{ count: number }>(
            `SELECT count(*)::int AS count FROM assignments WHERE campaign_id = $1 AND notified_at IS NOT NULL`,
            [campaignId],
          );
          return rows[0]?.count === perRound;
        },
        { what: `${perRound} vehicles to be notified` },
      );
      const seconds = (performance.now() - startedAt) / 1000;
      await stopAllOffers(ctx, REASON);
      return perRound / seconds;
    };

    const topic = stack.config.topics.otaUpdate;
    const first = await firstMessage(mqtt, topic);
    await product();
    const bytes = await first.bytes;
    const child = startChild(defer, 'lib/bench/load/offer-publisher.ts');
    await child.ask({ kind: 'setup', ...mqtt, topic, databaseUrl: backend.databaseUrl, bytes }, 'ready');
    const of = (kind: 'limit' | 'rival', count: number) => async () => {
      const { seconds } = await child.ask<{ seconds: number }>({ kind, count }, 'done');
      return count / seconds;
    };
    await of('limit', perRound)();
    say(`messages of ${bytes} bytes`);
    const figures = await alternate(
      { product, limit: of('limit', perRound), rival: of('rival', quick ? 100 : 300) },
      { rounds, warmUp: 0 },
    );
    yield resultOf(
      {
        name: 'notify/signed in the path',
        unit: 'OTA_Update/s',
        goal: '≥ 0.4 of the limit; ≥ 20 × the rival',
        note: 'the product signs when it claims; it has no path that signs ahead, so the goal for that (≥ 0.7) has no entry',
      },
      figures,
      ({ ratioToLimit, ratioToRival }) => all(atLeast(ratioToLimit, 0.4), atLeast(ratioToRival, 20)),
    );
  },
};

/** Subscribes, and promises the length of the first message that comes. */
async function firstMessage(
  { url, username, password }: BrokerLogin,
  topic: string,
): Promise<{ bytes: Promise<number> }> {
  const client = await mqttClient.connectAsync(url, { username, password });
  const bytes = new Promise<number>((resolve) => {
    client.once('message', (_, payload) => {
      resolve(payload.length);
      void client.endAsync(true);
    });
  });
  await client.subscribeAsync(`${topic}/+`, { qos: 0 });
  return { bytes };
}
