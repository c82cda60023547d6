import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestBroker, testTopics } from '#lib/broker/testing.ts';
import { bucketOf } from '#lib/protocol/bucket.ts';
import { parseEcuDetails } from '#lib/protocol/ecu-details.ts';
import { pinnedKeyOf, signEnvelope } from '#lib/protocol/envelope.ts';
import { fingerprintOf } from '#lib/protocol/fingerprint.ts';
import { OtaStatus } from '#lib/protocol/ota-status.ts';
import type { AnnouncementSigned, DirectorTarget, DirectorTargets } from '#lib/protocol/ota-update.ts';
import { TcuPresence } from '#lib/protocol/presence.ts';
import type { Behaviour, StepResult } from './behaviour.ts';
import { newTcuState, type TcuState } from './state.ts';
import { createTcu, type Tcu, type TcuOptions } from './tcu.ts';

const vin = 'WVWZZZ1JZXW000001';
const director = generateKeyPairSync('ed25519').privateKey;
const announcer = generateKeyPairSync('ed25519').privateKey;
const keys = { director: [pinnedKeyOf(director)], announcement: [pinnedKeyOf(announcer)] };
const payload = randomBytes(300_000);
const sha256 = createHash('sha256').update(payload).digest('hex');

const okay: StepResult = { ok: true };
const willing: Behaviour = {
  environment: () => ({ parked: true, batteryPercent: 80, ignition: 'off' }),
  answer: () => ({ kind: 'accept' }),
  write: async () => okay,
  activate: async () => okay,
  rollBack: async () => true,
};

let setup: Awaited<ReturnType<typeof startTestBroker>>;
let backend: Awaited<ReturnType<typeof setup.backend>>;
let server: ReturnType<typeof createServer>;
let serve: (request: IncomingMessage, response: ServerResponse) => void;
let base: string;
const tcus = new Set<Tcu>();

beforeEach(async () => {
  setup = await startTestBroker();
  setup.register(vin);
  backend = await setup.backend('worker');
  await backend.client.subscribeAsync(['ECU_Details/+', 'OTA_Status/+', 'TCU_Presence/+'], { qos: 1 });
  serve = (_, response) => response.end(payload);
  server = createServer((request, response) => serve(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterEach(async () => {
  for (const tcu of tcus) tcu.cutPower();
  tcus.clear();
  server.closeAllConnections();
  server.close();
  await setup.stop();
});

function newState(): TcuState {
  return newTcuState({
    vin,
    model: 'Aurora',
    tcu: { serial: 'T-1', softwareVersion: '1.0.0' },
    ecus: [
      {
        ecuId: 'BMS',
        type: 'BMS',
        hardwareVersion: 'H1',
        softwareVersion: '39990-TLA-A030\0\0 ',
        status: 'ok',
      },
      { ecuId: 'IVI', type: 'IVI', hardwareVersion: 'H2', softwareVersion: '1.9.0', status: 'ok' },
    ],
  });
}

function start(options: Partial<TcuOptions> = {}) {
  const state = options.state ?? newState();
  const tcu = createTcu({
    url: `mqtt://127.0.0.1:${setup.broker.ports[0]}`,
    credential: `credential-of-${vin}`,
    topics: testTopics,
    state,
    keys,
    behaviour: willing,
    timing: { rebootMs: 1, recheckMs: 20, progressMs: 0, urlWaitMs: 2_000 },
    ...options,
  });
  tcus.add(tcu);
  return tcu;
}

const messages = (kind: string) => backend.received.filter((m) => m.topic === `${kind}/${vin}`);
const statuses = () => messages('OTA_Status').map((m) => OtaStatus.parse(JSON.parse(m.payload)));
const phases = () =>
  statuses()
    .map(({ phase, code }) => (code ? `${phase}:${code}` : phase))
    .filter((p) => p !== 'downloading');
const reports = () =>
  messages('ECU_Details')
    .map((m) => parseEcuDetails(JSON.parse(m.payload)))
    .flatMap((details) => (details.kind === 'full' ? [details.message] : []));
const until = (condition: () => unknown) => vi.waitFor(() => expect(condition()).toBeTruthy(), 8_000);
const ready = async () => until(() => reports().length > 0);

function target(
  ecuId: string,
  version: string,
  hardware: string,
  more: Partial<DirectorTarget['custom']> = {},
): DirectorTarget {
  return {
    length: payload.length,
    hashes: { sha256 },
    custom: {
      ecuId,
      ecuType: ecuId,
      releaseId: `r-${ecuId}`,
      version,
      hardwareIds: [hardware],
      releaseCounter: 1,
      installOrder: 0,
      preconditions: { parked: true, minimumBatteryPercent: 0, ignition: 'any' },
      userInformation: {},
      ...more,
    },
  };
}

function documentOf(
  version: number,
  targets: DirectorTarget[],
  more: Partial<DirectorTargets> = {},
  urls = { [sha256]: `${base}/p` },
) {
  const signed: DirectorTargets = {
    _type: 'targets',
    spec_version: '1.0.31',
    version,
    issuedAt: '2026-11-01T00:00:00Z',
    expires: '2036-11-01T00:00:00Z',
    vin,
    campaignId: 'c1',
    attempt: 1,
    targets: Object.fromEntries(targets.map((t) => [`${t.custom.ecuId}.bin`, t])),
    ...more,
  };
  return { v: 1, signed, signatures: [signEnvelope(signed, director)], urls };
}

const offer = (document: unknown, topic = `OTA_Update/${vin}`) =>
  backend.client.publishAsync(topic, JSON.stringify(document), { qos: 2 });
const control = (message: unknown) =>
  backend.client.publishAsync(`OTA_Control/${vin}`, JSON.stringify(message), { qos: 1 });
const happy = ['received', 'accepted', 'verified', 'installing', 'rebooting', 'installed'];

describe('an offer', () => {
  it('is verified, downloaded, installed in order and proven by a report', async () => {
    const tcu = start();
    await ready();
    const written: string[] = [];
    vi.spyOn(willing, 'write').mockImplementation(async ({ ecuId }) => {
      written.push(ecuId);
      return okay;
    });
    await offer(
      documentOf(1, [
        target('IVI', '2.0.0', 'H2', { installOrder: 2 }),
        target('BMS', '39990-TLA-A040', 'H1', { installOrder: 1 }),
      ]),
    );
    await until(() => reports().length > 1);
    expect(phases()).toEqual([
      'received',
      'accepted',
      'verified',
      'installing',
      'installing',
      'rebooting',
      'installed',
    ]);
    expect(written).toEqual(['BMS', 'IVI']);
    expect(
      reports()
        .at(-1)
        ?.ecus.map((ecu) => ecu.softwareVersion),
    ).toEqual(['39990-TLA-A040', '2.0.0']);
    expect(tcu.state.offer).toBeUndefined();
    vi.restoreAllMocks();
  });

  it.each([
    [
      'already installed, padding aside',
      () => documentOf(1, [target('BMS', '39990-TLA-A030', 'H1')]),
      ['received', 'already_installed'],
    ],
    [
      'for other hardware',
      () => documentOf(1, [target('BMS', 'X', 'H9')]),
      ['received', 'not_applicable:hardware_mismatch'],
    ],
    [
      'for an ECU it has not',
      () => documentOf(1, [target('ADAS', 'X', 'H1')]),
      ['received', 'not_applicable:no_such_ecu'],
    ],
    [
      'expired',
      () => documentOf(1, [target('BMS', 'X', 'H1')], { expires: '2026-11-02T00:00:00Z' }),
      ['rejected:expired'],
    ],
    [
      'for another VIN',
      () => documentOf(1, [target('BMS', 'X', 'H1')], { vin: 'WVWZZZ1JZXW000002' }),
      ['rejected:wrong_vin'],
    ],
    [
      'changed after signing',
      () => {
        const document = documentOf(1, [target('BMS', 'X', 'H1')]);
        return { ...document, signed: { ...document.signed, version: 2 } };
      },
      ['rejected:bad_signature'],
    ],
  ])('that is %s is answered so', async (_, make, expected) => {
    start();
    await ready();
    await offer(make());
    await until(() => phases().length === expected.length);
    expect(phases()).toEqual(expected);
  });

  it('of an older version is ignored, of the same version answered as before', async () => {
    start();
    await ready();
    const declined = documentOf(5, [target('ADAS', 'X', 'H1')]);
    await offer(declined);
    await until(() => phases().length === 2);
    await offer(documentOf(4, [target('BMS', 'X', 'H1')]));
    await offer(declined);
    await until(() => phases().length === 3);
    expect(phases().at(-1)).toBe('not_applicable:no_such_ecu');
  });

  it('waits for preconditions, then goes on', async () => {
    let parked = false;
    start({
      behaviour: { ...willing, environment: () => ({ parked, batteryPercent: 80, ignition: 'off' }) },
    });
    await ready();
    await offer(documentOf(1, [target('BMS', 'X', 'H1')]));
    await until(() => phases().includes('deferred:not_parked'));
    parked = true;
    await until(() => reports().length > 1);
    expect(phases()).toEqual(['received', 'deferred:not_parked', ...happy.slice(1)]);
  });

  it('may be declined by the user', async () => {
    start({ behaviour: { ...willing, answer: () => ({ kind: 'decline', code: 'owner_declined' }) } });
    await ready();
    await offer(documentOf(1, [target('BMS', 'X', 'H1')]));
    await until(() => phases().length === 2);
    expect(phases()).toEqual(['received', 'declined:owner_declined']);
  });

  it('is cancelled by a higher version without targets, until installation has begun', async () => {
    let isFree = false;
    const release = Promise.withResolvers<StepResult>();
    const behaviour = {
      ...willing,
      environment: () => ({ parked: isFree, batteryPercent: 80, ignition: 'off' as const }),
      write: () => release.promise,
    };
    start({ behaviour });
    await ready();
    await offer(documentOf(1, [target('BMS', 'X', 'H1')]));
    await until(() => phases().includes('deferred:not_parked'));
    await offer(documentOf(2, []));
    await until(() => phases().at(-1) === 'cancelled');
    isFree = true;
    await offer(documentOf(3, [target('BMS', 'X', 'H1')], { attempt: 2 }));
    await until(() => phases().at(-1) === 'installing');
    await offer(documentOf(4, [], { attempt: 2 }));
    await until(() => phases().at(-1) === 'installing:too_late');
    release.resolve(okay);
    await until(() => phases().includes('installed'));
  });

  it.each([
    [
      'nothing was written',
      { write: async () => ({ ok: false, code: 'flash_error', damaged: false }) as const },
      'failed:flash_error',
      'ok',
    ],
    [
      'an ECU was damaged',
      { write: async () => ({ ok: false, code: 'flash_error', damaged: true }) as const },
      'rolled_back:flash_error',
      'ok',
    ],
    [
      'the self-test fails',
      { activate: async () => ({ ok: false, code: 'self_test', damaged: true }) as const },
      'rolled_back:self_test',
      'ok',
    ],
    [
      'the rollback fails too',
      {
        activate: async () => ({ ok: false, code: 'self_test', damaged: true }) as const,
        rollBack: async () => false,
      },
      'failed:rollback_failed',
      'fault',
    ],
  ])('leaves the old versions where %s', async (_, behaviour: Partial<Behaviour>, last, status) => {
    start({ behaviour: { ...willing, ...behaviour } });
    await ready();
    await offer(documentOf(1, [target('BMS', 'X', 'H1')]));
    await until(() => reports().length > 1);
    expect(phases().at(-1)).toBe(last);
    expect(reports().at(-1)?.ecus[0]).toMatchObject({ softwareVersion: '39990-TLA-A030', status });
    if (status === 'fault') expect(statuses().at(-1)?.partialEcus).toEqual(['BMS']);
  });
});

describe('a download', () => {
  it('resumes where the connection broke', async () => {
    const ranges: (string | undefined)[] = [];
    serve = (request, response) => {
      ranges.push(request.headers.range);
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(
        from > 0 ? 206 : 200,
        from > 0 ? { 'content-range': `bytes ${from}-${payload.length - 1}/${payload.length}` } : {},
      );
      if (from > 0) response.end(payload.subarray(from));
      else response.write(payload.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 20));
    };
    start();
    await ready();
    await offer(documentOf(1, [target('BMS', 'X', 'H1')]));
    await until(() => phases().includes('installed'));
    expect(ranges).toEqual([undefined, 'bytes=100000-']);
  });

  it.each([
    ['other bytes', () => Buffer.alloc(payload.length), 'failed:hash_mismatch'],
    ['more bytes', () => Buffer.concat([payload, payload]), 'failed:length_mismatch'],
  ])('of %s fails', async (_, body, last) => {
    serve = (_request, response) => response.end(body());
    start();
    await ready();
    await offer(documentOf(1, [target('BMS', 'X', 'H1')]));
    await until(() => phases().includes(last));
    expect(phases()).not.toContain('installing');
  });

  it('asks for fresh URLs when they have expired', async () => {
    serve = (request, response) => {
      if (request.url === '/fresh') response.end(payload);
      else response.writeHead(403).end();
    };
    start();
    await ready();
    await offer(documentOf(1, [target('BMS', 'X', 'H1')]));
    await until(() => phases().includes('requested:urls_expired'));
    await control({ v: 1, kind: 'urls', campaignId: 'c1', urls: { [sha256]: `${base}/fresh` } });
    await until(() => phases().includes('installed'));
  });
});

describe('a download without URLs', () => {
  it('fails when none come', async () => {
    start({ timing: { rebootMs: 1, recheckMs: 20, progressMs: 0, urlWaitMs: 100 } });
    await ready();
    await offer(documentOf(1, [target('BMS', 'X', 'H1')], {}, {}));
    await until(() => phases().includes('failed:urls_expired'));
    expect(phases().slice(0, 3)).toEqual(['received', 'accepted', 'requested:urls_expired']);
  });
});

describe('the outbox', () => {
  it('keeps messages until they are committed and sends them again, in order, after a reconnect', async () => {
    const tcu = start();
    await ready();
    tcu.report();
    tcu.report();
    await until(() => reports().length === 3);
    tcu.loseConnectionFor(10);
    await until(() => reports().length === 6);
    expect(reports().map((r) => r.sequence)).toEqual([1, 2, 3, 1, 2, 3]);
    await control({ v: 1, kind: 'ack', sequence: 3 });
    await until(() => tcu.state.outbox.length === 0);
  });

  it('reports on request and jumps above a sequence that the backend has seen', async () => {
    start();
    await ready();
    await control({ v: 1, kind: 'report', minSequence: 700 });
    await until(() => reports().some((r) => r.sequence > 701));
    expect(reports().map((r) => r.sequence)).toEqual([1, 701, 702]);
  });

  it('says in heartbeats what the full report said', async () => {
    const tcu = start({ timing: { heartbeatMs: 30 } });
    await until(() => messages('ECU_Details').length > 2);
    const beat = parseEcuDetails(JSON.parse(messages('ECU_Details').at(-1)?.payload ?? ''));
    expect(beat).toMatchObject({ kind: 'heartbeat', message: { fingerprint: fingerprintOf(tcu.state) } });
  });
});

describe('power', () => {
  it('fails during installation: the will is published, and the new start finishes the job', async () => {
    let saved: TcuState | undefined;
    const hangs = { ...willing, write: () => new Promise<StepResult>(() => undefined) };
    const tcu = start({
      behaviour: hangs,
      save: (state) => {
        saved = structuredClone(state);
      },
    });
    await ready();
    await offer(documentOf(1, [target('BMS', 'X', 'H1')]));
    await until(() => phases().includes('installing'));
    tcu.cutPower();
    const presence = () => messages('TCU_Presence').map((m) => TcuPresence.parse(JSON.parse(m.payload)));
    await until(() => presence().at(-1)?.state === 'offline');
    expect(presence()[0]?.connectionId).toBe(presence()[1]?.connectionId);
    start(saved ? { state: saved } : {});
    await until(() => phases().includes('installed'));
    expect(presence().at(-1)).not.toMatchObject({ connectionId: presence()[0]?.connectionId });
  });

  it('says goodbye under the connection id of its CONNECT', async () => {
    const tcu = start();
    await ready();
    const presence = () => messages('TCU_Presence').map((m) => TcuPresence.parse(JSON.parse(m.payload)));
    await until(() => presence().length > 0);
    await tcu.stop();
    await until(() => presence().at(-1)?.state === 'offline');
    expect(presence().at(-1)?.connectionId).toBe(presence()[0]?.connectionId);
  });
});

describe('an announcement', () => {
  const announce = (more: Partial<AnnouncementSigned> = {}) => {
    const signed: AnnouncementSigned = {
      _type: 'announcement',
      spec_version: '1.0.31',
      version: 1,
      issuedAt: '2026-11-01T00:00:00Z',
      expires: '2036-11-01T00:00:00Z',
      campaignId: 'c2',
      attempt: 1,
      wave: 0,
      releases: [
        {
          releaseId: 'r',
          ecuType: 'IVI',
          version: '2.0.0',
          hardwareVersions: ['H2'],
          fromVersions: { kind: 'any' },
        },
      ],
      bucket: { from: 0, to: 10_000 },
      spreadSeconds: 0,
      models: [],
      ...more,
    };
    return { v: 1, signed, signatures: [signEnvelope(signed, announcer)] };
  };

  it('is answered by those whom it concerns', async () => {
    start();
    await ready();
    const own = bucketOf('c2', vin);
    await offer(announce({ bucket: own > 0 ? { from: 0, to: own } : { from: 1, to: 2 } }), 'OTA_Update');
    await offer(announce({ version: 2, models: ['Borealis'] }), 'OTA_Update');
    await offer(announce({ version: 3 }), 'OTA_Update/model/Aurora');
    await until(() => phases().length > 0);
    await offer(announce({ version: 3 }), 'OTA_Update');
    await offer(
      { ...announce({ version: 4 }), signatures: [signEnvelope(announce({ version: 4 }).signed, director)] },
      'OTA_Update',
    );
    await offer(
      announce({
        version: 5,
        releases: [
          {
            releaseId: 'r',
            ecuType: 'IVI',
            version: '1.9.0',
            hardwareVersions: ['H2'],
            fromVersions: { kind: 'any' },
          },
        ],
      }),
      'OTA_Update',
    );
    await until(() => phases().length > 1);
    expect(phases()).toEqual(['requested', 'already_installed']);
  });
});
