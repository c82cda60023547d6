import { randomUUID } from 'node:crypto';
import { OUTSIDE_OF_RATES_SQL } from '#lib/db/engine/counters.ts';
import { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import type { AssignmentState } from '#lib/domain/states.ts';
import { ecuTypes } from '#lib/tcu/catalog.ts';
import { seedCensus, type VersionCount } from './census.ts';
import type { TableCopy } from './copy-table.ts';
import type { SeedContext } from './seed-context.ts';
import { type SeededVehicle, scramble } from './seeded-vehicle.ts';

/** A campaign that is over, on one release; each vehicle was in one of them. */
export type PastCampaign = {
  id: string;
  ecuType: string;
  version: string;
  releaseId: string;
  startedAt: Date;
};

export const HISTORY_TABLES = {
  ecu_versions: [
    'vin',
    'ecu_id',
    'type',
    'hardware_version',
    'software_version',
    'serial',
    'epoch',
    'sequence',
    'at',
  ],
  assignments: [
    'campaign_id',
    'vin',
    'wave',
    'state',
    'notified_at',
    'delivered_at',
    'acknowledged_at',
    'finished_at',
    'updated_at',
    'accepted',
    'reason_code',
    'failure_class',
    'failed_ecu_id',
    'failed_from_version',
  ],
  timeline_events: [
    'vin',
    'at',
    'kind',
    'campaign_id',
    'attempt',
    'phase',
    'ecu_id',
    'code',
    'from_state',
    'to_state',
    'latency_ms',
  ],
} as const;

const dayMs = 86_400_000;
const waves = ['Canary', 'Early', 'Everyone'];

/** Outcome by a number in [0, 1): share, final state, failure code. */
const outcomes: readonly [
  upTo: number,
  state: AssignmentState,
  code: string | null,
  failureClass: string | null,
][] = [
  [0.9, 'confirmed', null, null],
  [0.93, 'already_installed', null, null],
  [0.95, 'declined', 'owner_declined', null],
  [0.965, 'failed', 'hash_mismatch', 'verification'],
  [0.975, 'rolled_back', 'install_failed', 'installation'],
  [0.985, 'timed_out', 'install_timeout', 'timeout'],
  [1, 'unreachable', null, null],
];

/** The way of a vehicle that was updated: kind, phase, states before and after, ms after the notification. */
const steps: readonly [
  kind: string,
  phase: string | null,
  from: AssignmentState | null,
  to: AssignmentState | null,
  afterMs: number,
][] = [
  ['notified', null, 'pending', 'notified', 0],
  ['delivered', null, 'notified', 'delivered', 140],
  ['status', 'received', 'delivered', 'acknowledged', 420],
  ['status', 'accepted', null, null, 900],
  ['status', 'downloading', 'acknowledged', 'downloading', 2_000],
  ['status', 'verified', 'downloading', 'verified', 190_000],
  ['status', 'installing', 'verified', 'installing', 260_000],
  ['status', 'rebooting', null, null, 700_000],
  ['status', 'installed', 'installing', 'installed', 760_000],
  ['version_changed', null, 'installed', 'confirmed', 765_000],
];

/** Makes four campaigns that ended in the past months, each on the release before the newest of an ECU type. */
export async function makePastCampaigns({ db, now }: SeedContext): Promise<PastCampaign[]> {
  const campaigns: PastCampaign[] = [];
  for (const [place, ecuType] of ['TCU', 'ESC', 'BMS', 'BCM'].entries()) {
    const version = ecuTypes.find(({ name }) => name === ecuType)?.versions.at(-2) ?? '';
    const release = await db.prisma.release.findUnique({ where: { ecuType_version: { ecuType, version } } });
    if (!release) continue;
    const id = randomUUID();
    const startedAt = new Date(now.getTime() - (150 - place * 30) * dayMs);
    const endedAt = new Date(startedAt.getTime() + 21 * dayMs);
    const definition = CampaignDefinition.parse({
      name: `${ecuType} ${version}`,
      releaseIds: [release.id],
      waves: waves.map((name, number) => ({
        name,
        size: number === 2 ? { kind: 'rest' } : { kind: 'percent', percent: number === 0 ? 1 : 10 },
      })),
    });
    await db.prisma.campaign.create({
      data: {
        id,
        name: definition.name,
        definition,
        state: 'completed',
        planState: 'planned',
        createdAt: startedAt,
        startedAt,
        finishedAt: endedAt,
        createdBy: 'system:seed',
        createdByName: 'seed',
        releases: { create: [{ releaseId: release.id, position: 0 }] },
        waves: {
          create: waves.map((name, number) => ({
            number,
            name,
            state: 'finished',
            startedAt: new Date(startedAt.getTime() + number * 3 * dayMs),
            finishedAt: endedAt,
          })),
        },
      },
    });
    campaigns.push({ id, ecuType, version, releaseId: release.id, startedAt });
  }
  return campaigns;
}

/** Past versions of a vehicle's ECUs, its place in a past campaign, and the timeline of both. */
export function writeHistory(
  { now }: SeedContext,
  vehicle: SeededVehicle,
  campaigns: readonly PastCampaign[],
  add: (table: string) => TableCopy['add'],
): void {
  const { vin, index, ecus } = vehicle;
  const firstSeenAt = new Date(now.getTime() - (200 + scramble(index, 7) * 700) * dayMs);
  const [sequenceOfFirst, sequenceOfSecond] = [1, 2];
  for (const ecu of ecus) {
    const versions = ecuTypes.find(({ name }) => name === ecu.type)?.versions ?? [];
    const earlier = versions[versions.indexOf(ecu.softwareVersion) - 1];
    const row = (version: string, sequence: number, at: Date) =>
      add('ecu_versions')([
        vin,
        ecu.ecuId,
        ecu.type,
        ecu.hardwareVersion,
        version,
        ecu.serial,
        0,
        sequence,
        at,
      ]);
    if (earlier === undefined || scramble(index, ecu.ecuId.length) < 0.6) {
      row(ecu.softwareVersion, sequenceOfFirst, firstSeenAt);
      continue;
    }
    row(earlier, sequenceOfFirst, firstSeenAt);
    row(ecu.softwareVersion, sequenceOfSecond, new Date(firstSeenAt.getTime() + 90 * dayMs));
  }
  const campaign = campaigns[index % campaigns.length];
  if (campaign) writeAssignment(vehicle, campaign, add);
}

function writeAssignment(
  { vin, index, ecus }: SeededVehicle,
  campaign: PastCampaign,
  add: (table: string) => TableCopy['add'],
): void {
  const dice = scramble(index, 23);
  const [, state, code, failureClass] = outcomes.find(([upTo]) => dice < upTo) ?? [
    1,
    'unreachable',
    null,
    null,
  ];
  const place = scramble(index, 29);
  const wave = place < 0.01 ? 0 : place < 0.11 ? 1 : 2;
  const notifiedAt = new Date(
    campaign.startedAt.getTime() + wave * 3 * dayMs + scramble(index, 31) * 10 * dayMs,
  );
  const after = (ms: number) => new Date(notifiedAt.getTime() + ms * (0.5 + dice));
  const failed = failureClass !== null;
  const ecu = ecus.find(({ type }) => type === campaign.ecuType);
  const reached = state === 'confirmed' ? steps.length : state === 'unreachable' ? 1 : failed ? 7 : 3;
  const [finalKind, finalPhase] = state === 'confirmed' ? [null, null] : ['status', state];
  const sent = state !== 'unreachable';
  add('assignments')([
    campaign.id,
    vin,
    wave,
    state,
    notifiedAt,
    sent ? after(140) : null,
    sent ? after(420) : null,
    after(765_000),
    after(765_000),
    reached > 3,
    code,
    failureClass,
    failed ? (ecu?.ecuId ?? campaign.ecuType) : null,
    failed ? (ecu?.softwareVersion ?? null) : null,
  ]);
  const event = add('timeline_events');
  for (const [kind, phase, from, to, ms] of steps.slice(0, reached)) {
    const latency = to === null || ms === 0 ? null : Math.round(ms * (0.5 + dice));
    event([
      vin,
      after(ms),
      kind,
      campaign.id,
      1,
      phase,
      phase === null ? null : (ecu?.ecuId ?? null),
      null,
      from,
      to,
      latency,
    ]);
  }
  if (finalKind === null || !sent) return;
  const before = steps[reached - 1]?.[3] ?? null;
  event([
    vin,
    after(765_000),
    finalKind,
    campaign.id,
    1,
    finalPhase,
    ecu?.ecuId ?? null,
    code,
    before,
    state,
    null,
  ]);
}

/** Counters of the past campaigns, and a version census of the past weeks that leads to what runs today. */
export async function finishPastCampaigns(
  ctx: SeedContext,
  campaigns: readonly PastCampaign[],
): Promise<void> {
  const { db } = ctx;
  const ids = campaigns.map(({ id }) => id);
  await db.pool.query(
    `INSERT INTO assignment_counters (campaign_id, wave, state, acknowledged, shard, count)
     SELECT campaign_id, wave, state, ${OUTSIDE_OF_RATES_SQL}, 0, count(*) FROM assignments
     WHERE campaign_id = ANY ($1) GROUP BY 1, 2, 3, 4`,
    [ids],
  );
  await db.pool.query(
    `UPDATE campaigns c SET planned_count = n.count, target_count = n.count
     FROM (SELECT campaign_id, sum(count)::int AS count FROM assignment_counters
           WHERE campaign_id = ANY ($1) GROUP BY campaign_id) n
     WHERE c.id = n.campaign_id`,
    [ids],
  );
  const { rows } = await db.pool.query<VersionCount>(
    `SELECT type, software_version AS version, count(*)::int AS count FROM ecus GROUP BY 1, 2`,
  );
  await seedCensus(ctx, rows);
}
