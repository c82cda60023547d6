import { describe, expect, it } from 'vitest';
import { faultyAir } from './air.ts';
import { deriveCredential } from './credential.ts';
import { demoDefaults, fleetDefaults, fleetUsage, readFleetOptions, readForced } from './fleet-options.ts';
import { acknowledge, jumpAbove, keep } from './outbox.ts';
import { seededRandom } from './random.ts';
import { simulateBehaviour } from './simulated-behaviour.ts';
import { newTcuState } from './state.ts';

const rates = { decline: 0.2, defer: 0.2, fail: 0, rollback: 0, partial: 0, powerCut: 0 };
const offer = { campaignId: 'c1', attempt: 1 };
const vehicle = (vin: string, more = {}) =>
  simulateBehaviour({
    vin,
    seed: 1,
    rates,
    writeMs: 0,
    deferMinutes: 2,
    onPowerCut: () => undefined,
    ...more,
  });

describe('a simulated vehicle', () => {
  it('decides by seed, VIN, campaign and attempt alone, at about the rates asked for', () => {
    const answers = Array.from({ length: 2_000 }, (_, index) => vehicle(`V${index}`).answer(offer).kind);
    expect(answers).toEqual(
      Array.from({ length: 2_000 }, (_, index) => vehicle(`V${index}`).answer(offer).kind),
    );
    const declined = answers.filter((kind) => kind === 'decline').length / answers.length;
    expect(declined).toBeGreaterThan(0.17);
    expect(declined).toBeLessThan(0.23);
  });

  it('defers once, then accepts', () => {
    const defers = vehicle('V', { forced: 'defer' });
    expect([defers.answer(offer).kind, defers.answer(offer).kind]).toEqual(['defer', 'accept']);
    expect(defers.answer({ ...offer, attempt: 2 }).kind).toBe('defer');
  });
});

describe('the air', () => {
  it('loses nothing for good, whatever it repeats, turns round or damages', () => {
    const air = faultyAir({ duplicate: 0.3, reorder: 0.3, corrupt: 0.3 }, seededRandom('air'));
    const sent = Array.from({ length: 500 }, (_, index) => ({
      topic: `t${index % 3}`,
      payload: String(index),
    }));
    const arrived = sent.flatMap((message) => air(message));
    const whole = arrived.filter(({ payload }) => typeof payload === 'string');
    expect(new Set(whole.map(({ payload }) => payload)).size).toBeGreaterThanOrEqual(499);
    expect(
      arrived.every(({ topic, payload }) => Buffer.isBuffer(payload) || topic === `t${Number(payload) % 3}`),
    ).toBe(true);
    expect(whole.length).toBeGreaterThan(500);
    expect(arrived.length).toBeGreaterThan(whole.length);
    expect(whole.map(({ payload }) => Number(payload))).not.toEqual(
      whole.map(({ payload }) => Number(payload)).toSorted((a, b) => a - b),
    );
  });
});

describe('the outbox', () => {
  const newState = () =>
    newTcuState({ vin: 'V', model: 'M', tcu: { serial: 's', softwareVersion: '1' }, ecus: [] });

  it('forgets what is committed, and renumbers the rest in order above what the backend has seen', () => {
    const state = newState();
    for (const text of ['a', 'b', 'c']) keep(state, 'otaStatus', { text });
    acknowledge(state, 1);
    jumpAbove(state, 2);
    expect(state.outbox.map(({ message }) => message.sequence)).toEqual([2, 3]);
    jumpAbove(state, 50);
    expect(state.outbox.map(({ message }) => [message.sequence, message.text])).toEqual([
      [51, 'b'],
      [52, 'c'],
    ]);
    expect(keep(state, 'otaStatus', {}).message.sequence).toBe(53);
  });

  it('gives up progress before anything else when it is full', () => {
    const state = newState();
    keep(state, 'ecuDetails', { text: 'report' });
    keep(state, 'otaStatus', { progress: 10 });
    for (let index = 0; index < 1_999; index++) keep(state, 'otaStatus', { index });
    expect(state.outbox).toHaveLength(2_000);
    expect(state.outbox[0]?.message.text).toBe('report');
    expect(state.outbox.some(({ message }) => message.progress !== undefined)).toBe(false);
  });
});

describe('the options of the fleet', () => {
  it('have defaults, are checked, and are all explained', () => {
    expect(readFleetOptions(['--vehicles', '5', '--mqtt5'], demoDefaults)).toMatchObject({
      vehicles: 5,
      mqtt5: true,
      'fail-rate': 0.03,
    });
    expect(() => readFleetOptions(['--fail-rate', '2'], {})).toThrow('--fail-rate 2');
    expect(() => readFleetOptions(['--nonsense'], {})).toThrow('nonsense');
    for (const name of Object.keys(fleetDefaults)) expect(fleetUsage()).toContain(`--${name}`);
  });

  it('force single vehicles by index or VIN', () => {
    const forced = readForced('3=decline,VIN1=offline:5,VIN1=rollback');
    expect(forced(3, 'x')).toEqual({ outcome: 'decline' });
    expect(forced(9, 'VIN1')).toEqual({ outcome: 'rollback', offlineSeconds: 5 });
    expect(forced(9, 'x')).toEqual({});
    expect(() => readForced('3=explode')).toThrow('explode');
  });

  it('derive the same credential as the seed', () => {
    expect(deriveCredential('secret', 'VIN')).toBe(deriveCredential('secret', 'VIN'));
    expect(deriveCredential('secret', 'VIN')).not.toBe(deriveCredential('secret', 'VIN2'));
  });
});
