import type { Preconditions } from '#lib/protocol/ota-update.ts';
import type { PlannedTarget } from './state.ts';

export type Environment = { parked: boolean; batteryPercent: number; ignition: 'off' | 'on' };

export type Answer =
  | { kind: 'accept' }
  | { kind: 'defer'; code: string; minutes: number }
  | { kind: 'decline'; code: string };

/** `damaged` tells whether the ECU needs its old software back. */
export type StepResult = { ok: true } | { ok: false; code: string; damaged: boolean };

/** The vehicle around the TCU: its state, its user, its ECUs. */
export type Behaviour = {
  environment(): Environment;
  answer(offer: { campaignId: string; attempt: number }): Answer;
  /** Writes the new software to the ECU's inactive bank. */
  write(target: PlannedTarget, signal: AbortSignal): Promise<StepResult>;
  /** Switches every written ECU over and lets each test itself. */
  activate(targets: readonly PlannedTarget[], signal: AbortSignal): Promise<StepResult>;
  /** Brings the old software back; false where the ECU is neither old nor new. */
  rollBack(ecuId: string): Promise<boolean>;
};

/** The first precondition that does not hold, as a code for `deferred`; undefined where all hold. */
export function unmetPrecondition(wanted: Preconditions, environment: Environment): string | undefined {
  if (wanted.parked && !environment.parked) return 'not_parked';
  if (environment.batteryPercent < wanted.minimumBatteryPercent) return 'battery_low';
  if (wanted.ignition !== 'any' && wanted.ignition !== environment.ignition)
    return `ignition_not_${wanted.ignition}`;
  return undefined;
}
