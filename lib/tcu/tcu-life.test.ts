import { describe, expect, it } from 'vitest';
import {
  announcer,
  control,
  director,
  documentOf,
  messages,
  offer,
  phases,
  prepareTestTcu,
  ready,
  reports,
  start,
  target,
  until,
  vin,
  willing,
} from '#e2e/fixtures/test-tcu.ts';
import { bucketOf } from '#lib/protocol/bucket.ts';
import { parseEcuDetails } from '#lib/protocol/ecu-details.ts';
import { signEnvelope } from '#lib/protocol/envelope.ts';
import { fingerprintOf } from '#lib/protocol/fingerprint.ts';
import type { AnnouncementSigned } from '#lib/protocol/ota-update.ts';
import { TcuPresence } from '#lib/protocol/presence.ts';
import type { StepResult } from './behaviour.ts';
import type { TcuState } from './state.ts';

prepareTestTcu();

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
