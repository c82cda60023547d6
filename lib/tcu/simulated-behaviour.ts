import type { Behaviour, StepResult } from './behaviour.ts';
import { pause } from './download.ts';
import { drawnBy } from './random.ts';

/** How often what goes wrong, each from 0 to 1. */
export type FaultRates = {
  decline: number;
  defer: number;
  fail: number;
  rollback: number;
  partial: number;
  powerCut: number;
};

/** What one vehicle always does, whatever the rates say. */
export type ForcedOutcome = 'decline' | 'defer' | 'fail' | 'rollback' | 'partial' | 'power-cut' | 'good';

export type SimulatedVehicle = {
  vin: string;
  seed: number;
  rates: FaultRates;
  forced?: ForcedOutcome | undefined;
  /** Time that writing one ECU takes. */
  writeMs: number;
  deferMinutes: number;
  onPowerCut(): void;
};

const okay: StepResult = { ok: true };
const failures = ['flash_timeout', 'flash_error', 'ecu_not_responding', 'voltage_too_low'];

/**
 * A vehicle whose fate in an offer is drawn from seed, VIN, campaign and attempt alone: the same run again
 * has the same failures, and a retry has new luck.
 */
export function simulateBehaviour(vehicle: SimulatedVehicle): Behaviour {
  const { rates, forced } = vehicle;
  let offer = '';
  let hasCutPower = false;
  const isFated = (outcome: ForcedOutcome, rate: number) =>
    forced ? forced === outcome : drawnBy(`${vehicle.seed}|${vehicle.vin}|${offer}|${outcome}`) < rate;

  let hasDeferred = false;
  return {
    environment: () => ({ parked: true, batteryPercent: 80, ignition: 'off' }),
    answer({ campaignId, attempt }) {
      const name = `${campaignId}|${attempt}`;
      if (name !== offer) {
        offer = name;
        hasDeferred = false;
      }
      if (isFated('decline', rates.decline)) return { kind: 'decline', code: 'owner_declined' };
      if (!hasDeferred && isFated('defer', rates.defer)) {
        hasDeferred = true;
        return { kind: 'defer', code: 'owner_deferred', minutes: vehicle.deferMinutes };
      }
      return { kind: 'accept' };
    },
    async write(_target, signal) {
      await pause(vehicle.writeMs, signal);
      if (!hasCutPower && isFated('power-cut', rates.powerCut)) {
        hasCutPower = true;
        vehicle.onPowerCut();
        signal.throwIfAborted();
      }
      if (!isFated('fail', rates.fail)) return okay;
      const draw = drawnBy(`${vehicle.vin}|${offer}|code`);
      return {
        ok: false,
        code: failures[Math.floor(draw * failures.length)] ?? 'flash_error',
        damaged: false,
      };
    },
    async activate() {
      return isFated('rollback', rates.rollback) || isFated('partial', rates.partial)
        ? { ok: false, code: 'self_test_failed', damaged: true }
        : okay;
    },
    rollBack: async () => !isFated('partial', rates.partial),
  };
}
