import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { ReportedEcu, ReportedTcu } from '#lib/protocol/ecu-details.ts';
import { OtaStatus } from '#lib/protocol/ota-status.ts';
import { Preconditions } from '#lib/protocol/ota-update.ts';

/** An ECU as it answers on the bus: texts raw, padding and control bytes included. */
export type RawEcu = z.input<typeof ReportedEcu>;
export type RawTcu = z.input<typeof ReportedTcu>;

/** One ECU's part of an offer. */
export const PlannedTarget = z.object({
  ecuId: z.string(),
  version: z.string(),
  length: z.number(),
  sha256: z.string(),
  installOrder: z.number(),
  preconditions: Preconditions,
});
export type PlannedTarget = z.infer<typeof PlannedTarget>;

/** The offer that the TCU works on, as far as it got. */
export const StoredOffer = z.object({
  version: z.number(),
  campaignId: z.string(),
  attempt: z.number(),
  expires: z.string(),
  urls: z.record(z.string(), z.string()),
  targets: z.array(PlannedTarget),
  stage: z.enum(['offered', 'accepted', 'installing']),
  /** ECUs whose new software is written but not yet active. */
  staged: z.array(z.string()),
});
export type StoredOffer = z.infer<typeof StoredOffer>;

export const OutboxEntry = z.object({
  kind: z.enum(['ecuDetails', 'otaStatus']),
  message: z.looseObject({ sequence: z.number() }),
});
export type OutboxEntry = z.infer<typeof OutboxEntry>;

/** Everything that a TCU keeps through a loss of power. */
export const TcuState = z.object({
  vin: z.string(),
  model: z.string(),
  tcu: z.custom<RawTcu>((value) => ReportedTcu.safeParse(value).success),
  ecus: z.array(z.custom<RawEcu>((value) => ReportedEcu.safeParse(value).success)),
  /** Last sequence used. */
  sequence: z.number(),
  outbox: z.array(OutboxEntry),
  directorVersion: z.number(),
  announcementVersion: z.number(),
  /** No clock reading before this instant is believed. */
  timeFloor: z.string(),
  offer: StoredOffer.optional(),
  /** What was last said about the current Director document; said again when it is delivered again. */
  lastStatus: OtaStatus.optional(),
});
export type TcuState = z.infer<typeof TcuState>;

/** A TCU as it leaves the factory. */
export function newTcuState(vehicle: { vin: string; model: string; tcu: RawTcu; ecus: RawEcu[] }): TcuState {
  return {
    vin: vehicle.vin,
    model: vehicle.model,
    tcu: vehicle.tcu,
    ecus: structuredClone(vehicle.ecus),
    sequence: 0,
    outbox: [],
    directorVersion: 0,
    announcementVersion: 0,
    timeFloor: '1970-01-01T00:00:00Z',
  };
}

export type StateStore = { load(): TcuState | undefined; save(state: TcuState): void };

/** State in a file, replaced as a whole, so that a loss of power leaves the old one or the new one. */
export function fileStore(path: string): StateStore {
  return {
    load() {
      let text: string;
      try {
        text = readFileSync(path, 'utf8');
      } catch (error) {
        if (Reflect.get(Object(error), 'code') === 'ENOENT') return undefined;
        throw error;
      }
      return TcuState.parse(JSON.parse(text));
    },
    save(state) {
      writeFileSync(`${path}.new`, JSON.stringify(state));
      renameSync(`${path}.new`, path);
    },
  };
}
