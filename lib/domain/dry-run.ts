import type { CampaignDefinition, PhaseTimeouts, WaveGate } from './campaign-definition.ts';
import { simulateOffers } from './offer-simulation.ts';
import { createWindowClock } from './schedule.ts';

const MINUTE_MS = 60_000;

/** Eligible vehicles that behave alike: same wave, same zone, same configuration (thus the same download). */
export interface DryRunGroup {
  wave: number;
  timeZone: string;
  vehicles: number;
  /** Bytes that one of these vehicles downloads. */
  downloadBytes: number;
  /** Minutes that the releases say the installation takes; unknown counts as none. */
  installMinutes?: number;
}

export interface DryRunWave {
  name: string;
  vehicles: number;
  downloadBytes: number;
  /** First offer, and the last vehicle done, if everything goes as fast as windows and rate allow. */
  earliestStartAt: Date;
  earliestFinishAt: Date;
  /** The last vehicle done or timed out, if each vehicle stays online and uses up every time limit. */
  latestFinishAt: Date;
  /** A person has to open the next wave; the estimate takes it as done at once. */
  waitsForPerson: boolean;
}

export interface DryRun {
  waves: DryRunWave[];
  vehicles: number;
  downloadBytes: number;
  earliestFinishAt: Date;
  latestFinishAt: Date;
  /** The campaign's end comes before the last offer: this many vehicles would not be reached at the earliest. */
  endsTooEarly: boolean;
  /** Some vehicles are not reached within a year at this rate. */
  complete: boolean;
}

type Plan = Pick<CampaignDefinition, 'waves' | 'rate' | 'schedule' | 'timeouts'>;

function longestMs(timeouts: PhaseTimeouts): number {
  const { acknowledgeMinutes, downloadMinutes, installMinutes, confirmMinutes } = timeouts;
  // The download clock runs twice: until the download begins, and while it lasts; so does the install clock.
  return (acknowledgeMinutes + 2 * downloadMinutes + 2 * installMinutes + confirmMinutes) * MINUTE_MS;
}

function sum(groups: readonly DryRunGroup[], of: (group: DryRunGroup) => number): number {
  return groups.reduce((total, group) => total + of(group), 0);
}

/** How many vehicles must have succeeded at the least before this gate lets the next wave begin. */
function neededBy(gate: WaveGate, vehicles: number): number {
  return Math.min(gate.minimumSample, vehicles);
}

function zonesOf(groups: readonly DryRunGroup[]): { timeZone: string; vehicles: number }[] {
  const zones = new Map<string, number>();
  for (const { timeZone, vehicles } of groups) zones.set(timeZone, (zones.get(timeZone) ?? 0) + vehicles);
  return [...zones].map(([timeZone, vehicles]) => ({ timeZone, vehicles }));
}

/**
 * Estimates a campaign before it begins: sizes, volume, and the earliest and latest finish of each wave, from
 * counts alone. Exact in its sizes and volume; its instants are bounds, since nobody knows who will be online.
 * A campaign's end cuts both.
 */
export function dryRun(plan: Plan, groups: readonly DryRunGroup[], startAt: Date): DryRun {
  const clock = createWindowClock(plan.schedule.windows);
  const endAt = plan.schedule.endAt === undefined ? null : new Date(plan.schedule.endAt);
  const cut = (at: number): Date => new Date(endAt ? Math.min(at, endAt.getTime()) : at);
  const waves: DryRunWave[] = [];
  let earliest = startAt;
  let latest = startAt;
  let offered = 0;
  let endsTooEarly = false;
  let complete = true;
  for (const [index, wave] of plan.waves.entries()) {
    const members = groups.filter((group) => group.wave === index);
    const vehicles = sum(members, (group) => group.vehicles);
    const zones = zonesOf(members);
    const soakMs = vehicles > 0 ? wave.gate.soakMinutes * MINUTE_MS : 0;
    const installMs = Math.max(0, ...members.map(({ installMinutes }) => installMinutes ?? 0)) * MINUTE_MS;
    const best = simulateOffers(zones, plan.rate, clock, earliest, offered);
    const worst = simulateOffers(zones, plan.rate, clock, latest, offered);
    const doneAt = best.lastAt.getTime() + (vehicles > 0 ? installMs : 0);
    const worstDoneAt = worst.lastAt.getTime() + (vehicles > 0 ? longestMs(plan.timeouts) : 0);
    waves.push({
      name: wave.name,
      vehicles,
      downloadBytes: sum(members, (group) => group.vehicles * group.downloadBytes),
      earliestStartAt: cut(best.firstAt.getTime()),
      earliestFinishAt: cut(doneAt),
      latestFinishAt: cut(worstDoneAt),
      waitsForPerson: wave.gate.manual,
    });
    endsTooEarly ||= endAt !== null && best.lastAt > endAt;
    complete &&= best.complete && worst.complete;
    offered += vehicles;
    const gateAt =
      vehicles > 0 ? best.reachedAt(neededBy(wave.gate, vehicles)).getTime() + installMs : earliest.getTime();
    earliest = new Date(gateAt + soakMs);
    latest = new Date(worstDoneAt + soakMs);
  }
  return {
    waves,
    vehicles: sum(groups, (group) => group.vehicles),
    downloadBytes: sum(groups, (group) => group.vehicles * group.downloadBytes),
    earliestFinishAt: latestOf(waves, (wave) => wave.earliestFinishAt, startAt),
    latestFinishAt: latestOf(waves, (wave) => wave.latestFinishAt, startAt),
    endsTooEarly,
    complete,
  };
}

function latestOf(waves: readonly DryRunWave[], of: (wave: DryRunWave) => Date, startAt: Date): Date {
  return new Date(Math.max(startAt.getTime(), ...waves.map((wave) => of(wave).getTime())));
}
