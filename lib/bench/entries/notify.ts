import mqttClient from 'mqtt';
import { ENGINE_CHANNEL } from '#lib/db/engine/campaigns.ts';
import { allowOffers } from '#lib/services/allow-offers.ts';
import { systemContext } from '#lib/services/context.ts';
import { stopAllOffers } from '#lib/services/stop-all-offers.ts';
import { type BenchBackend, type BrokerLogin, startBackend } from '../backend.ts';
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
    const vehicles = perRound * (rounds + 1) * 2;
    const backend = await startBackend(options, { broker: 'mosquitto', parts: ['worker'], vehicles });
    const { db, mqtt, stack } = backend;

    say(`${vehicles} vehicles report`);
    const load = await openLoad(defer, { ...mqtt, topic: stack.config.topics.ecuDetails, vehicles });
    await timed(load, { perVehicle: 1, changed: 0 }, () => committed(backend, vehicles, 1));
    await load.stop();
    const releaseId = await makeRelease(db, ECU_IDS[1], '2.0.0');
    const turn = (round: number, ahead: boolean) =>
      notifyRound(backend, { releaseId, perRound, round, ahead });

    const topic = stack.config.topics.otaUpdate;
    const first = await firstMessage(mqtt, topic);
    await turn(0, false);
    const bytes = await first.bytes;
    const child = startChild(defer, 'lib/bench/load/offer-publisher.ts');
    await child.ask({ kind: 'setup', ...mqtt, topic, databaseUrl: backend.databaseUrl, bytes }, 'ready');
    const of = (kind: 'limit' | 'rival', count: number) => async () => {
      const { seconds } = await child.ask<{ seconds: number }>({ kind, count }, 'done');
      return count / seconds;
    };
    const limit = of('limit', perRound);
    await limit();
    say(`messages of ${bytes} bytes`);
    let round = 1;
    const sides = (ahead: boolean) => ({ limit, product: () => turn(round++, ahead) });
    const unit = 'OTA_Update/s';
    yield resultOf(
      { name: 'notify/signed in the path', unit, goal: '≥ 0.4 of the limit; ≥ 20 × the rival' },
      await alternate({ ...sides(false), rival: of('rival', quick ? 100 : 300) }, { rounds, warmUp: 0 }),
      ({ ratioToLimit, ratioToRival }) => all(atLeast(ratioToLimit, 0.4), atLeast(ratioToRival, 20)),
    );
    await turn(round++, true);
    yield resultOf(
      {
        name: 'notify/signed ahead',
        unit,
        goal: '≥ 0.7 of the limit',
        note: 'documents were signed by the worker while the fleet-wide stop held the offers back',
      },
      await alternate(sides(true), { rounds, warmUp: 0 }),
      ({ ratioToLimit }) => atLeast(ratioToLimit, 0.7),
    );
  },
};

type Round = { releaseId: string; perRound: number; round: number; ahead: boolean };

/** One campaign over vehicles that had none yet, from the moment at which their offers may go. */
async function notifyRound(
  { db }: BenchBackend,
  { releaseId, perRound, round, ahead }: Round,
): Promise<number> {
  const ctx = systemContext(db, 'bench');
  const model = `Bench ${round}`;
  await db.pool.query(
    `UPDATE vehicles SET model = $1 WHERE vin IN (SELECT vin FROM vehicles WHERE model = 'Bench' ORDER BY vin LIMIT $2)`,
    [model, perRound],
  );
  const setOnline = (online: boolean) =>
    db.pool.query(
      `UPDATE vehicle_states SET online = $2, presence_at = now() WHERE vin IN (SELECT vin FROM vehicles WHERE model = $1)`,
      [model, online],
    );
  await setOnline(ahead);
  if (ahead) await stopAllOffers(ctx, REASON);
  const campaignId = await startBenchCampaign(db, {
    name: model,
    releaseIds: [releaseId],
    target: { kind: 'text', field: 'model', operator: '=', values: [model] },
    rate: { maximumPerMinute: 1_000_000 },
  });
  await planned(db, [campaignId]);
  const countsTo = (what: string, sql: string) =>
    until(
      async () => {
        const { rows } = await db.pool.query<{ count: number }>(sql, [campaignId]);
        return rows[0]?.count === perRound;
      },
      { what: `${perRound} vehicles to be ${what}` },
    );
  if (ahead) {
    await countsTo(
      'signed for',
      `SELECT count(*)::int AS count FROM director_documents WHERE campaign_id = $1 AND basis IS NOT NULL`,
    );
  } else {
    // Planned while offline, they are not due, and nothing is signed for them.
    await setOnline(true);
    await db.pool.query('UPDATE assignments SET due_at = now() WHERE campaign_id = $1', [campaignId]);
  }
  const startedAt = performance.now();
  if (ahead) await allowOffers(ctx, REASON);
  else await db.pool.query('SELECT pg_notify($1, $2)', [ENGINE_CHANNEL, '']);
  await countsTo(
    'notified',
    `SELECT coalesce(sum(count), 0)::int AS count FROM assignment_counters WHERE campaign_id = $1 AND state = 'notified'`,
  );
  return (perRound * 1000) / (performance.now() - startedAt);
}

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
