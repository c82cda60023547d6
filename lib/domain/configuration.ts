import { z } from 'zod';
import { EcuStatus } from '../protocol/ecu-details.ts';

/** `swapped`: serial or hardware changed, and nobody has confirmed it yet. */
export const EcuPresence = z.enum(['present', 'missing', 'swapped']);
export type EcuPresence = z.infer<typeof EcuPresence>;

/** What a decision needs to know of one ECU; versions in escaped form. */
export const ConfiguredEcu = z.object({
  ecuId: z.string(),
  type: z.string(),
  hardwareVersion: z.string(),
  softwareVersion: z.string(),
  status: EcuStatus,
  state: EcuPresence,
});
export type ConfiguredEcu = z.infer<typeof ConfiguredEcu>;

/** The ECUs of a vehicle as last reported, those included that were missing from the last report. */
export type Configuration = { ecus: readonly ConfiguredEcu[] };

/** Presence of a stored ECU: a missing one is missing, whatever was swapped before. */
export function presenceOf(ecu: { state: string; swappedAt: Date | null }): EcuPresence {
  if (ecu.state === 'missing') return 'missing';
  return ecu.swappedAt === null ? 'present' : 'swapped';
}

/** One installation of a per-vehicle plan; the plan's order is the order of installation. */
export const UpdateStep = z.object({
  ecuId: z.string(),
  ecuType: z.string(),
  releaseId: z.string(),
  fromVersion: z.string(),
  toVersion: z.string(),
});
export type UpdateStep = z.infer<typeof UpdateStep>;
