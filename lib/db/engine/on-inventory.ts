import type pg from 'pg';
import { together } from '#lib/db/together.ts';
import { inventoryVerdict } from '#lib/domain/inventory-verdict.ts';
import {
  type AppliedEvents,
  type ApplyOptions,
  applyToRows,
  type OccurredEvent,
} from '#lib/services/apply-assignment-events.ts';
import { lockAssignments } from './assignment-rows.ts';
import { unpark } from './unpark.ts';

/** A full report that was stored, or a heartbeat that vouches for the known one. */
export type ReportedInventory = {
  vin: string;
  epoch: number;
  sequence: number;
  changed: boolean;
  mayJoin?: boolean | undefined;
};

/** Rows that a changed configuration may prove, contradict or make due again; `$1` are the vehicles. */
const CHANGE_MATTERS = `vin = ANY($1) AND (targets IS NOT NULL OR state = 'pending')`;

/** Of these vehicles those with an assignment to which a change of their configuration matters. */
export async function concernedByChange(
  client: pg.PoolClient,
  vins: readonly string[],
): Promise<Set<string>> {
  const { rows } = await client.query<{ vin: string }>({
    name: 'concerned_by_change',
    text: `SELECT DISTINCT vin FROM assignments WHERE ${CHANGE_MATTERS}`,
    values: [vins],
  });
  return new Set(rows.map(({ vin }) => vin));
}

/**
 * What stored inventory proves about assignments: confirmation from whatever state, unproven success, regression.
 * Offers that waited for a vehicle whose configuration changed are due again, and such vehicles are queued for
 * joining continuous campaigns. Within the caller's transaction, after the ECUs are stored and while the
 * vehicles' states are locked; unchanged reports probe only claims that wait for proof.
 */
export async function onInventory(
  client: pg.PoolClient,
  reports: readonly ReportedInventory[],
  options: ApplyOptions,
): Promise<AppliedEvents> {
  const latest = new Map(reports.map((report) => [report.vin, report]));
  const changed = new Set(reports.filter((report) => report.changed).map(({ vin }) => vin));
  const joining = [...changed].filter((vin) => latest.get(vin)?.mayJoin !== false);
  const lockRows = () =>
    lockAssignments(
      client,
      `(${CHANGE_MATTERS})
     OR (vin = ANY($2) AND (state = 'installed' OR provisional))`,
      [[...changed], [...latest.keys()].filter((vin) => !changed.has(vin))],
    );
  const [rows] = await together(client, [lockRows, () => queueJoining(client, joining, options.now)]);
  const judged = rows.filter((row) => row.targets !== null && row.targets.length > 0);
  const installed = await readVersions(client, judged);
  const active = await activeCampaigns(client, judged);
  const events: OccurredEvent[] = [];
  for (const row of judged) {
    const report = latest.get(row.vin);
    if (!report) continue;
    const verdict = inventoryVerdict(
      {
        state: row.snapshot.state,
        targets: row.targets ?? [],
        steps: row.steps ?? [],
        campaignActive: active.has(row.campaignId),
      },
      (ecuId) => installed.get(`${row.vin}\n${ecuId}`),
    );
    if (!verdict) continue;
    events.push({
      vin: row.vin,
      campaignId: row.campaignId,
      event: { kind: 'inventory', order: { epoch: report.epoch, sequence: report.sequence }, verdict },
      receivedAt: options.now,
      data: { report: { epoch: report.epoch, sequence: report.sequence } },
    });
  }
  const applied = await applyToRows(client, judged, events, options);
  const waiting = rows.filter((row) => row.snapshot.state === 'pending' && changed.has(row.vin));
  const woken = await unpark(
    client,
    waiting.map(({ vin }) => vin),
    options.now,
  );
  return { ...applied, wake: applied.wake || woken };
}

async function readVersions(
  client: pg.PoolClient,
  rows: readonly { vin: string }[],
): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map();
  const result = await client.query<{ vin: string; ecu_id: string; software_version: string }>(
    `SELECT vin, ecu_id, software_version FROM ecus WHERE vin = ANY($1) AND state = 'present'`,
    [[...new Set(rows.map(({ vin }) => vin))]],
  );
  return new Map(result.rows.map((row) => [`${row.vin}\n${row.ecu_id}`, row.software_version]));
}

async function activeCampaigns(
  client: pg.PoolClient,
  rows: readonly { campaignId: string }[],
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const result = await client.query<{ id: string }>(
    `SELECT id FROM campaigns WHERE id = ANY($1) AND state IN ('running', 'paused')`,
    [[...new Set(rows.map(({ campaignId }) => campaignId))]],
  );
  return new Set(result.rows.map(({ id }) => id));
}

async function queueJoining(client: pg.PoolClient, vins: readonly string[], now: Date): Promise<void> {
  if (vins.length === 0) return;
  await client.query(
    `INSERT INTO join_queue (vin, at) SELECT vin, $2 FROM unnest($1::text[]) AS u(vin)
     WHERE EXISTS (SELECT 1 FROM campaigns WHERE kind = 'continuous' AND state IN ('running', 'paused'))
     ORDER BY vin ON CONFLICT (vin) DO UPDATE SET at = EXCLUDED.at`,
    [vins, now],
  );
}
