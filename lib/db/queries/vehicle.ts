import type { Pool } from 'pg';
import type { Queryable } from '#lib/db/queryable.ts';
import type { UpdateStep } from '../../domain/configuration.ts';
import { decodeCursor, pageOf } from './keyset.ts';

export type VehicleEcu = {
  ecuId: string;
  type: string;
  hardwareVersion: string;
  softwareVersion: string;
  partNumber: string | null;
  serial: string | null;
  status: string;
  faults: string[];
  state: string;
  swappedAt: Date | null;
  changedAt: Date;
  /** Version that an open assignment is to bring, its campaign and place in the order of installation. */
  targetVersion: string | null;
  targetCampaignId: string | null;
  installOrder: number | null;
  /** Newest released version of the type, where the catalog has one. */
  newestVersion: string | null;
  newestReleaseId: string | null;
};

export type VehicleDetail = {
  vin: string;
  model: string;
  modelYear: number;
  region: string;
  timeZone: string;
  tags: string[];
  skilledPersonOnly: boolean;
  complete: boolean;
  registeredAt: Date;
  retiredAt: Date | null;
  erasedAt: Date | null;
  partialEcus: string[];
  blockedAt: Date | null;
  fingerprint: string | null;
  configurationKey: string | null;
  epoch: number | null;
  sequence: string | null;
  tcuSerial: string | null;
  tcuSoftwareVersion: string | null;
  tcuReplacedAt: Date | null;
  online: boolean;
  presenceAt: Date | null;
  firstSeenAt: Date | null;
  lastSeenAt: Date | null;
  lastReportAt: Date | null;
  clockSkewMs: number | null;
  directorVersion: number | null;
  credentialIssuedAt: Date | null;
  credentialRevokedAt: Date | null;
};

export type VehicleAssignment = {
  campaignId: string;
  campaignName: string;
  campaignState: string;
  wave: number;
  waveName: string | null;
  state: string;
  attempt: number;
  progress: number | null;
  notifiedAt: Date | null;
  deliveredAt: Date | null;
  acknowledgedAt: Date | null;
  finishedAt: Date | null;
  updatedAt: Date;
  late: boolean;
  provisional: boolean;
  reasonCode: string | null;
  reasonDetail: string | null;
  failedEcuId: string | null;
  reasons: unknown;
  steps: UpdateStep[] | null;
};

/** Master data and live state of one vehicle; null where there is none. */
export async function readVehicle(db: Queryable, vin: string): Promise<VehicleDetail | null> {
  const { rows } = await db.query<VehicleDetail>({
    name: 'vehicle',
    text: `SELECT v.vin, v.model, v.model_year AS "modelYear", v.region, v.time_zone AS "timeZone", v.tags,
              v.skilled_person_only AS "skilledPersonOnly", v.complete, v.registered_at AS "registeredAt",
              v.retired_at AS "retiredAt", v.erased_at AS "erasedAt", v.partial_ecus AS "partialEcus",
              v.blocked_at AS "blockedAt", s.fingerprint, s.configuration_key AS "configurationKey", s.epoch,
              s.sequence::text, s.tcu_serial AS "tcuSerial", s.tcu_software_version AS "tcuSoftwareVersion",
              s.tcu_replaced_at AS "tcuReplacedAt", coalesce(s.online, false) AS online,
              s.presence_at AS "presenceAt", s.first_seen_at AS "firstSeenAt", s.last_seen_at AS "lastSeenAt",
              s.last_report_at AS "lastReportAt", s.clock_skew_ms::float8 AS "clockSkewMs",
              s.director_version AS "directorVersion", c.issued_at AS "credentialIssuedAt",
              c.revoked_at AS "credentialRevokedAt"
       FROM vehicles v
       LEFT JOIN vehicle_states s ON s.vin = v.vin
       LEFT JOIN vehicle_credentials c ON c.vin = v.vin
       WHERE v.vin = $1`,
    values: [vin],
  });
  return rows[0] ?? null;
}

export type HeardOf = Pick<
  VehicleDetail,
  'sequence' | 'online' | 'presenceAt' | 'lastSeenAt' | 'lastReportAt' | 'clockSkewMs'
>;

/** What moves when a vehicle says that nothing has changed, of several vehicles. */
export async function readHeardOf(pool: Pool, vins: readonly string[]): Promise<Map<string, HeardOf>> {
  const { rows } = await pool.query<HeardOf & { vin: string }>({
    name: 'vehicles_heard_of',
    text: `SELECT vin, sequence::text, online, presence_at AS "presenceAt", last_seen_at AS "lastSeenAt",
                  last_report_at AS "lastReportAt", clock_skew_ms::float8 AS "clockSkewMs"
           FROM vehicle_states WHERE vin = ANY ($1::text[])`,
    values: [vins],
  });
  return new Map(rows.map(({ vin, ...heard }) => [vin, heard]));
}

/** A vehicle's ECUs with what runs on them, what is to run, and what the catalog has newest. */
export async function readVehicleEcus(db: Queryable, vin: string): Promise<VehicleEcu[]> {
  const { rows } = await db.query<VehicleEcu>({
    name: 'vehicle_ecus',
    text: `SELECT e.ecu_id AS "ecuId", e.type, e.hardware_version AS "hardwareVersion",
              e.software_version AS "softwareVersion", e.part_number AS "partNumber", e.serial, e.status, e.faults,
              e.state, e.swapped_at AS "swappedAt", e.changed_at AS "changedAt",
              t.version AS "targetVersion", t.campaign_id AS "targetCampaignId", t.position AS "installOrder",
              r.version AS "newestVersion", r.id AS "newestReleaseId"
       FROM ecus e
       LEFT JOIN LATERAL (
         SELECT a.campaign_id, step.value ->> 'toVersion' AS version, step.ordinality::int AS position
         FROM assignments a, jsonb_array_elements(a.steps) WITH ORDINALITY AS step
         WHERE a.vin = e.vin AND a.finished_at IS NULL AND jsonb_typeof(a.steps) = 'array'
           AND step.value ->> 'ecuId' = e.ecu_id
         ORDER BY a.notified_at DESC NULLS LAST LIMIT 1
       ) t ON true
       LEFT JOIN LATERAL (
         SELECT id, version FROM releases
         WHERE ecu_type = e.type AND state = 'released' ORDER BY release_counter DESC LIMIT 1
       ) r ON true
       WHERE e.vin = $1 ORDER BY e.ecu_id`,
    values: [vin],
  });
  return rows;
}

/** One page of the campaigns that the vehicle is or was in, the one that changed last first, and how many there are. */
export async function readVehicleAssignments(
  db: Queryable,
  vin: string,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<{ rows: VehicleAssignment[]; next: string | null; total: number }> {
  const before = cursor === undefined ? [null, null] : decodeCursor(cursor, 'instant', 'text');
  const { rows } = await db.query<VehicleAssignment & { total: number }>({
    name: 'vehicle_campaigns',
    text: `SELECT (SELECT count(*) FROM assignments WHERE vin = $1)::int AS total,
              a.campaign_id AS "campaignId", c.name AS "campaignName", c.state AS "campaignState", a.wave,
              w.name AS "waveName", a.state, a.attempt, a.progress, a.notified_at AS "notifiedAt",
              a.delivered_at AS "deliveredAt", a.acknowledged_at AS "acknowledgedAt",
              a.finished_at AS "finishedAt", a.updated_at AS "updatedAt", a.late, a.provisional,
              a.reason_code AS "reasonCode", a.reason_detail AS "reasonDetail", a.failed_ecu_id AS "failedEcuId",
              a.reasons, a.steps
       FROM assignments a
       JOIN campaigns c ON c.id = a.campaign_id
       LEFT JOIN waves w ON w.campaign_id = a.campaign_id AND w.number = a.wave
       WHERE a.vin = $1 AND ($3::timestamptz IS NULL OR (a.updated_at, a.campaign_id) < ($3, $4))
       ORDER BY a.updated_at DESC, a.campaign_id DESC LIMIT $2`,
    values: [vin, limit + 1, ...before],
  });
  const page = pageOf(rows, limit, ({ updatedAt, campaignId }) => [updatedAt.toISOString(), campaignId]);
  return {
    rows: page.rows.map(({ total: _, ...row }) => row),
    next: page.next,
    total: rows[0]?.total ?? 0,
  };
}
