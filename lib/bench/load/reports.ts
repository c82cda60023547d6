import { bucketOf } from '#lib/protocol/bucket.ts';
import { fingerprintOf } from '#lib/protocol/fingerprint.ts';

export const ECU_IDS = [
  'TCU',
  'BMS',
  'VCU',
  'IVI',
  'ADAS',
  'ESP',
  'EPS',
  'BCM',
  'OBC',
  'INV',
  'CAM',
  'GW',
] as const;

/** VIN of the i-th vehicle of a bench fleet. */
export function benchVin(index: number): string {
  return `BNCH${String(index).padStart(13, '0')}`;
}

export type ReportPlan = {
  vehicles: number;
  /** Sequence of the first report of each vehicle. */
  firstSequence: number;
  /** Reports per vehicle. */
  perVehicle: number;
  /** Share of reports in which one ECU's software differs from the report before. */
  changed: number;
  /** Heartbeats that vouch for the last full report. */
  heartbeats?: boolean | undefined;
};

/** Whether report `sequence` of a vehicle brings a changed version: a fixed, evenly spread choice. */
function isChanged(vin: string, sequence: number, share: number): boolean {
  return bucketOf(String(sequence), vin) < share * 10_000;
}

/**
 * Full reports of 12 ECUs (about 2.4 kB each), in the order in which a fleet would send them: every vehicle
 * once, then every vehicle again. `revisions` carries each vehicle's current revision from plan to plan.
 */
export function* makeReports(
  plan: ReportPlan,
  revisions: Int32Array,
): Generator<{ vin: string; sequence: number; payload: string }> {
  for (let turn = 0; turn < plan.perVehicle; turn += 1) {
    const sequence = plan.firstSequence + turn;
    for (let index = 0; index < plan.vehicles; index += 1) {
      const vin = benchVin(index);
      if (isChanged(vin, sequence, plan.changed)) revisions[index] = (revisions[index] ?? 0) + 1;
      const revision = revisions[index] ?? 0;
      const payload = plan.heartbeats
        ? heartbeatOf(vin, sequence, revision)
        : reportOf(vin, sequence, revision);
      yield { vin, sequence, payload };
    }
  }
}

function heartbeatOf(vin: string, sequence: number, revision: number): string {
  return JSON.stringify({ v: 1, sequence, fingerprint: fingerprintOf(configurationOf(vin, revision)) });
}

/** The full report of a vehicle of the bench fleet at a revision of its battery's software. */
export function reportOf(vin: string, sequence: number, revision: number): string {
  return JSON.stringify({
    v: 1,
    vin,
    sequence,
    reportedAt: '2026-01-01T00:00:00.000Z',
    ...configurationOf(vin, revision),
  });
}

/** What a vehicle of the bench fleet consists of at a revision of its battery's software. */
export function configurationOf(vin: string, revision: number) {
  return {
    tcu: { serial: `TCU-${vin}`, softwareVersion: '4.2.0' },
    ecus: ECU_IDS.map((ecuId, position) => ({
      ecuId,
      type: ecuId,
      hardwareVersion: `H${position}.2`,
      softwareVersion: `1.${position}.${position === 1 ? revision : 0}`,
      partNumber: `56310-${ecuId}-G85${position}`,
      serial: `SN${vin.slice(-8)}${position}`,
      status: 'ok' as const,
      faults: [] as string[],
      supplier: `Supplier ${position}`,
    })),
  };
}
