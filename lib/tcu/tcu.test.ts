import { describe, expect, it, vi } from 'vitest';
import {
  documentOf,
  happy,
  offer,
  okay,
  phases,
  prepareTestTcu,
  ready,
  reports,
  start,
  statuses,
  target,
  until,
  willing,
} from '#e2e/fixtures/test-tcu.ts';
import type { Behaviour, StepResult } from './behaviour.ts';

prepareTestTcu();

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
