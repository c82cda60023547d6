import type { PoolClient } from 'pg';
import type { HistoryRow, TimelineRow } from '#lib/worker/inbound/fold/vehicle-record.ts';
import { columns } from './columns.ts';

const historySql = `
INSERT INTO ecu_versions (vin, ecu_id, type, hardware_version, software_version, serial, state, epoch, sequence, at)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
  $8::int[], $9::bigint[], $10::timestamptz[])
ON CONFLICT (vin, ecu_id, epoch, sequence) DO NOTHING`;

/** Appends version changes; one that is stored already stays as it is. */
export async function writeHistory(client: PoolClient, rows: readonly HistoryRow[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query({
    name: 'ingest_history',
    text: historySql,
    values: columns(
      rows,
      (row) => row.vin,
      (row) => row.ecuId,
      (row) => row.type,
      (row) => row.hardwareVersion,
      (row) => row.softwareVersion,
      (row) => row.serial,
      (row) => row.state,
      (row) => row.epoch,
      (row) => row.sequence,
      (row) => row.at,
    ),
  });
}

const timelineSql = `
INSERT INTO timeline_events (vin, at, kind, campaign_id, attempt, phase, ecu_id, code, detail, epoch, sequence, data)
SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[],
  $8::text[], $9::text[], $10::int[], $11::bigint[], $12::jsonb[])
ON CONFLICT (vin, epoch, sequence) WHERE sequence IS NOT NULL DO NOTHING`;

/** Of what has no position of its own: nothing to be unique in, so nothing is looked for. */
const occurrencesSql = `
INSERT INTO timeline_events (vin, at, kind, ecu_id, code, detail, data)
SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[])`;

/** Appends timeline rows; a message of a vehicle that has its row keeps that one. */
export async function writeTimeline(client: PoolClient, rows: readonly TimelineRow[]): Promise<void> {
  const isOccurrence = ({ sequence, campaignId }: TimelineRow) =>
    sequence === undefined && campaignId === undefined;
  const occurrences = rows.filter(isOccurrence);
  const messages = rows.filter((row) => !isOccurrence(row));
  await Promise.all([
    messages.length > 0 &&
      client.query({
        name: 'ingest_timeline',
        text: timelineSql,
        values: columns(
          messages,
          (row) => row.vin,
          (row) => row.at,
          (row) => row.kind,
          (row) => row.campaignId ?? null,
          (row) => row.attempt ?? null,
          (row) => row.phase ?? null,
          (row) => row.ecuId ?? null,
          (row) => row.code ?? null,
          (row) => row.detail ?? null,
          (row) => row.epoch ?? null,
          (row) => row.sequence ?? null,
          dataOf,
        ),
      }),
    occurrences.length > 0 &&
      client.query({
        name: 'ingest_occurrences',
        text: occurrencesSql,
        values: columns(
          occurrences,
          (row) => row.vin,
          (row) => row.at,
          (row) => row.kind,
          (row) => row.ecuId ?? null,
          (row) => row.code ?? null,
          (row) => row.detail ?? null,
          dataOf,
        ),
      }),
  ]);
}

function dataOf({ data }: TimelineRow): string | null {
  return data === undefined ? null : JSON.stringify(data);
}
