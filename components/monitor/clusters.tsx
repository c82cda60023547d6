'use client';

import Link from 'next/link';
import { formatCount } from '#components/ui/format.ts';
import { Version } from '#components/ui/mono.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { Badge } from '#components/ui/status.tsx';
import { ASSIGNMENT_STATUS } from '#components/ui/tones.ts';
import { labelOfReason } from '#lib/domain/describe-reason.ts';
import { AssignmentState } from '#lib/domain/states.ts';
import { assignmentsHref } from './assignment-url.ts';
import { ExcludeCluster, RetryCluster } from './cluster-actions.tsx';
import type { Can, Cluster, LeftOut, Monitored } from './monitor-types.ts';

/** Failures that are alike: reason × ECU × from-version, each to be opened, retried or excluded. */
export function Clusters({
  campaign,
  clusters,
  can,
}: {
  campaign: Monitored;
  clusters: Cluster[];
  can: Can;
}) {
  return (
    <Panel title="Failure clusters" flush>
      <PlainTable
        label="Failures by reason, ECU and from-version"
        empty="No vehicle has failed."
        columns={[
          { header: 'Reason' },
          { header: 'ECU' },
          { header: 'From version' },
          { header: 'Vehicles', align: 'end' },
          { header: <span className="sr-only">Actions</span>, align: 'end' },
        ]}
        rows={clusters.map((cluster) => ({
          key: [cluster.reasonCode, cluster.failedEcuId, cluster.failedFromVersion, cluster.retriable].join(
            '\n',
          ),
          cells: [
            <Reason key="reason" cluster={cluster} />,
            <span key="ecu" className="whitespace-nowrap">
              {cluster.failedEcuId ?? <span className="text-muted">–</span>}
            </span>,
            cluster.failedFromVersion === null ? (
              <span key="from" className="text-muted">
                –
              </span>
            ) : (
              <Version key="from" text={cluster.failedFromVersion} className="inline-block min-w-28" />
            ),
            <span key="count" className="grid justify-items-end">
              <Link
                prefetch={false}
                href={hrefOf(campaign, cluster)}
                className="inline-flex min-h-6 min-w-6 items-center justify-end font-medium hover:underline"
              >
                {formatCount(cluster.count)}
              </Link>
              <Notes campaign={campaign} cluster={cluster} />
            </span>,
            <span key="actions" className="flex flex-wrap justify-end gap-1" data-print="hide">
              {can.write && cluster.retriable && <RetryCluster campaign={campaign} cluster={cluster} />}
              {can.write && cluster.retriable && <ExcludeCluster campaign={campaign} cluster={cluster} />}
            </span>,
          ],
        }))}
      />
    </Panel>
  );
}

function hrefOf(campaign: Monitored, cluster: Cluster, more: { acknowledged?: boolean } = {}): string {
  const states = AssignmentState.array().catch([]).parse(cluster.states);
  return assignmentsHref(campaign.id, {
    state: states,
    reason: cluster.reasonCode ?? '',
    ecu: cluster.failedEcuId ?? '',
    from: cluster.failedFromVersion ?? '',
    ...more,
  });
}

function Reason({ cluster }: { cluster: Cluster }) {
  const states = AssignmentState.array().catch([]).parse(cluster.states);
  return (
    <span className="grid min-w-40">
      <span className="break-words font-medium">{cluster.reasonCode ?? 'no reason given'}</span>
      <span className="flex flex-wrap items-center gap-1 text-muted text-sm">
        {states.map((state) => ASSIGNMENT_STATUS[state].word.toLowerCase()).join(', ')}
        {cluster.failureClass && <Badge>{cluster.failureClass}</Badge>}
      </span>
      {cluster.detail && (
        <span className="line-clamp-2 break-words text-muted text-sm">“{cluster.detail}”</span>
      )}
    </span>
  );
}

function Notes({ campaign, cluster }: { campaign: Monitored; cluster: Cluster }) {
  const { acknowledged, retrying } = cluster;
  if (acknowledged === 0 && retrying === 0) return null;
  return (
    <span className="text-muted text-sm">
      {acknowledged > 0 && (
        <Link
          prefetch={false}
          href={hrefOf(campaign, cluster, { acknowledged: true })}
          className="hover:underline"
        >
          {formatCount(acknowledged)} acknowledged
        </Link>
      )}
      {acknowledged > 0 && retrying > 0 && ', '}
      {retrying > 0 && `${formatCount(retrying)} tried again by themselves`}
    </span>
  );
}

/** Vehicles that the campaign does not offer or could not reach, by reason. */
export function LeftOutTable({ campaign, rows }: { campaign: Monitored; rows: LeftOut[] }) {
  return (
    <Panel title="Left out, deferred, unreachable" flush>
      <PlainTable
        label="Vehicles without an update, by state and reason"
        empty="Every vehicle of the campaign is offered it."
        columns={[{ header: 'State' }, { header: 'Reason' }, { header: 'Vehicles', align: 'end' }]}
        rows={rows.map(({ code, state, count }) => {
          const known = AssignmentState.catch('excluded').parse(state);
          return {
            key: `${state} ${code}`,
            cells: [
              ASSIGNMENT_STATUS[known].word,
              labelOfReason(code),
              <Link
                prefetch={false}
                key="count"
                href={assignmentsHref(campaign.id, {
                  state: [known],
                  ...(code === 'unknown' ? {} : { reason: code }),
                })}
                className="hover:underline"
              >
                {formatCount(count)}
              </Link>,
            ],
          };
        })}
      />
    </Panel>
  );
}
