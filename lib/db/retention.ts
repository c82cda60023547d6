import type { Pool } from 'pg';
import type { Settings } from '../services/settings.ts';

type Days = Pick<
  Settings,
  | 'quarantineRetentionDays'
  | 'timelineRetentionDays'
  | 'directorDocumentRetentionDays'
  | 'alertLogRetentionDays'
>;

/** Rows of one statement, so that none holds locks for long. */
const CHUNK = 5_000;
const dayMs = 86_400_000;
/** For how long the credentials of an import can be fetched, and for how long its faults. */
export const CREDENTIAL_HOURS = 24;
const JOB_FILE_DAYS = 30;

/**
 * Deletes what the settings say is too old, chunk by chunk; tells how many rows went. Open quarantine rows and a
 * vehicle's newest Director document stay whatever their age, the audit log always.
 */
export async function applyRetention(pool: Pool, days: Days, now: Date): Promise<number> {
  const before = (count: number) => new Date(now.getTime() - count * dayMs);
  const sweeps: [sql: string, cutoff: Date][] = [
    [
      `DELETE FROM quarantine WHERE id IN (
         SELECT id FROM quarantine WHERE state IN ('replayed', 'dismissed') AND last_seen_at < $1 LIMIT ${CHUNK})`,
      before(days.quarantineRetentionDays),
    ],
    // Timeline rows are numbered as they come: the oldest are the first.
    [
      `DELETE FROM timeline_events WHERE at < $1 AND id IN (
         SELECT id FROM timeline_events ORDER BY id LIMIT ${CHUNK})`,
      before(days.timelineRetentionDays),
    ],
    [
      `DELETE FROM director_documents d WHERE (d.vin, d.version) IN (
         SELECT o.vin, o.version FROM director_documents o JOIN vehicle_states s ON s.vin = o.vin
         WHERE o.issued_at < $1 AND o.version < s.director_version LIMIT ${CHUNK})`,
      before(days.directorDocumentRetentionDays),
    ],
    [
      `DELETE FROM alert_deliveries WHERE id IN (
         SELECT id FROM alert_deliveries WHERE created_at < $1 AND state <> 'queued' LIMIT ${CHUNK})`,
      before(days.alertLogRetentionDays),
    ],
    [`DELETE FROM job_files WHERE kind = 'credentials' AND created_at < $1`, before(CREDENTIAL_HOURS / 24)],
    [`DELETE FROM job_files WHERE created_at < $1`, before(JOB_FILE_DAYS)],
  ];
  let deleted = 0;
  for (const [sql, cutoff] of sweeps) {
    for (;;) {
      const { rowCount } = await pool.query(sql, [cutoff]);
      deleted += rowCount ?? 0;
      if (!rowCount) break;
    }
  }
  return deleted;
}
