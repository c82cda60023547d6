'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { CampaignStatus, Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { CampaignState } from '#lib/domain/states.ts';
import { CampaignWalk } from './campaign-walk.tsx';
import { useClockTime } from './clock-time.ts';
import { MonitorActions } from './monitor-actions.tsx';
import type { Can, Monitored } from './monitor-types.ts';
import { describeStanding } from './standing.ts';

type MonitorHeaderProps = { campaign: Monitored; can: Can; from: string | null };

/** The campaign's name, its situation as a sentence with the cause, its plan, relatives and actions. */
export function MonitorHeader({ campaign, can, from }: MonitorHeaderProps) {
  const clock = useClockTime();
  const standing = describeStanding(campaign, clock);
  return (
    <header className="grid gap-2">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="grid min-w-0 max-w-4xl flex-1 basis-96 gap-1">
          <p className="flex flex-wrap items-center gap-x-2 text-muted text-sm">
            <span className="hidden print:inline">Roadcast, summary of a campaign</span>
            <Link href="/campaigns" className="hover:underline print:hidden">
              Campaigns
            </Link>
            {campaign.parent && (
              <>
                <span aria-hidden>/</span>
                <span>
                  retry of{' '}
                  <Link href={`/campaigns/${campaign.parent.id}`} className="text-accent hover:underline">
                    {campaign.parent.name}
                  </Link>
                </span>
              </>
            )}
          </p>
          <div className="flex min-w-0 flex-wrap items-center gap-x-3">
            <h1 className="min-w-0 break-words font-semibold text-xl">{campaign.name}</h1>
            <CampaignStatus state={CampaignState.catch('running').parse(campaign.state)} />
          </div>
          <p className="text-lg" data-testid="standing">
            <Status tone={standing.tone} className="items-baseline whitespace-normal font-normal">
              <span className="min-w-0 break-words text-fg">{standing.text}</span>
            </Status>
          </p>
        </div>
        <div className="grid justify-items-start gap-2 sm:justify-items-end">
          {from !== null && <CampaignWalk id={campaign.id} from={from} />}
          <MonitorActions campaign={campaign} can={can} />
        </div>
      </div>
      {campaign.plan && <p className="max-w-5xl text-muted">{campaign.plan}</p>}
      <dl className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
        <Fact name="Releases">
          {campaign.releases.length === 0
            ? 'none yet'
            : campaign.releases.map((release, index) => (
                <span key={release.id}>
                  {index > 0 && ', '}
                  <Link href={`/catalog/releases/${release.id}`} className="hover:underline">
                    {release.ecuType} <span className="font-mono">{release.version}</span>
                  </Link>
                  {release.state === 'withdrawn' && <span className="text-failed"> withdrawn</span>}
                </span>
              ))}
        </Fact>
        <Fact name="Delivery">
          {campaign.delivery}, QoS {campaign.qos}, {campaign.kind}, priority {campaign.priority}
        </Fact>
        <Fact name="By">
          {campaign.createdByName}, <Time at={campaign.createdAt} />
        </Fact>
        {campaign.startedAt && (
          <Fact name="Started">
            <Time at={campaign.startedAt} />
          </Fact>
        )}
        {campaign.endAt && (
          <Fact name="Ends">
            <Time at={campaign.endAt} />
          </Fact>
        )}
        {campaign.approvals.length > 0 && (
          <Fact name="Approvals">
            {campaign.approvals
              .map(
                ({ userName, decision, comment }) =>
                  `${userName} ${decision === 'approve' ? 'approved' : 'denied'}${comment ? ` (“${comment}”)` : ''}`,
              )
              .join(', ')}
          </Fact>
        )}
        {campaign.children.length > 0 && (
          <Fact name="Retries">
            {campaign.children.map((child, index) => (
              <span key={child.id}>
                {index > 0 && ', '}
                <Link href={`/campaigns/${child.id}`} className="text-accent hover:underline">
                  {child.name}
                </Link>{' '}
                <span className="text-muted">({child.state.replaceAll('_', ' ')})</span>
              </span>
            ))}
          </Fact>
        )}
      </dl>
      {campaign.sweep && (
        <Status tone="running">{SWEEPS[campaign.sweep] ?? 'Every vehicle is being told'}</Status>
      )}
    </header>
  );
}

const SWEEPS: Readonly<Record<string, string>> = {
  pause: 'The pause is being told to vehicles under way',
  resume: 'Withdrawn offers are being made again',
  abort: 'The abort is being told to vehicles under way',
  end: 'The end is being told to vehicles under way',
};

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-wrap gap-x-1.5">
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  );
}
