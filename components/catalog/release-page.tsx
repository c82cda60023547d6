'use client';

import Link from 'next/link';
import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { formatCount } from '#components/ui/format.ts';
import { Version } from '#components/ui/mono.tsx';
import { ErrorNote, Note } from '#components/ui/notes.tsx';
import { Page, PageHeader, Panel } from '#components/ui/panel.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { CampaignStatus } from '#components/ui/status.tsx';
import { CampaignState } from '#lib/domain/states.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { ArtifactPanel } from './artifact-panel.tsx';
import { catalogRoutes } from './catalog-routes.ts';
import { EditRelease } from './edit-release.tsx';
import { installedHref } from './fleet-href.ts';
import { ReleaseNow } from './release-now.tsx';
import { ReleaseSummary } from './release-summary.tsx';
import { ReleaseStatus } from './release-table.tsx';
import { Withdraw } from './withdraw.tsx';

export type ReleaseRights = { write: boolean; release: boolean; withdraw: boolean };

type Props = {
  initial: NonNullable<ViewValue<'release'>>;
  types: ViewValue<'catalog'>['types'];
  releases: ViewValue<'catalog'>['releases'];
  can: ReleaseRights;
};

/** One release, from draft to withdrawn. */
export function ReleasePage({ initial, types, releases, can }: Props) {
  const { data, problem } = useLiveView('release', { id: initial.id }, initial);
  const release = data ?? initial;
  const isDraft = release.state === 'draft';
  return (
    <Page className="mx-0 max-w-[1200px]">
      <PageHeader
        title={
          <>
            <Link href={catalogRoutes.ecuType(release.ecuType)} className="hover:underline">
              {release.ecuType}
            </Link>{' '}
            <Version text={release.version} className="text-xl" />
          </>
        }
        actions={
          <>
            {isDraft && can.release && <ReleaseNow release={release} />}
            {!isDraft && can.withdraw && <Withdraw release={release} />}
            {release.state === 'released' && can.write && (
              <ButtonLink href={`/campaigns/new?release=${release.id}`} look="primary">
                New campaign with it
              </ButtonLink>
            )}
          </>
        }
      >
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <ReleaseStatus state={release.state} />
          <Link
            href={installedHref(release.ecuType, release.version)}
            className="text-accent hover:underline"
          >
            Installed on {formatCount(release.installedOn)}
          </Link>
          {!isDraft && <span>Release counter {release.releaseCounter}</span>}
        </div>
      </PageHeader>
      {problem && <ErrorNote>{problem}</ErrorNote>}
      {release.state === 'withdrawn' && (
        <Note tone="failed">
          Withdrawn: {release.withdrawnReason}. Nothing more is offered of it; what is under way is decided in
          its campaigns.
        </Note>
      )}
      <Fresh className="grid gap-4">
        <ArtifactPanel release={release} canWrite={can.write} />
        {isDraft && can.write ? (
          <EditRelease release={release} types={types} releases={releases} />
        ) : (
          <ReleaseSummary release={release} releases={releases} />
        )}
        <Panel title="Campaigns" flush>
          <PlainTable
            label="Campaigns with this release"
            empty="No campaign holds it yet."
            columns={[{ header: 'Campaign' }, { header: 'State' }]}
            rows={release.campaigns.map((campaign) => ({
              key: campaign.id,
              cells: [
                <Link key="name" href={`/campaigns/${campaign.id}`} className="text-accent hover:underline">
                  {campaign.name}
                </Link>,
                <CampaignStatus key="state" state={CampaignState.parse(campaign.state)} />,
              ],
            }))}
          />
        </Panel>
      </Fresh>
    </Page>
  );
}
