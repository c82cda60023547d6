'use client';

import Link from 'next/link';
import { Conflicts } from '#components/campaign/conflicts.tsx';
import { DryRunView } from '#components/campaign/dry-run-view.tsx';
import { Funnel } from '#components/campaign/funnel.tsx';
import { useDryRun, useImpact } from '#components/campaign/wizard/use-preview.ts';
import { fleetHref } from '#components/catalog/fleet-href.ts';
import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { formatCount } from '#components/ui/format.ts';
import { CopyText } from '#components/ui/mono.tsx';
import { ErrorNote } from '#components/ui/notes.tsx';
import { Page, PageHeader, Panel } from '#components/ui/panel.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { QueryProvider } from '#components/ui/query-provider.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { CampaignStatus } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { printFilter } from '#lib/domain/filter-text.ts';
import { planSentence } from '#lib/domain/plan-sentence.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { Decision } from './approval-queue.tsx';
import { Changes } from './changes.tsx';
import { Decide } from './decide.tsx';

type Props = {
  initial: NonNullable<ViewValue<'approval'>>;
  catalog: ViewValue<'catalog'>;
  userId: string;
  canApprove: boolean;
};

/** One campaign for its approvers: the plan, what changed, the dry run, and the decision. */
export function ApprovalScreen(props: Props) {
  return (
    <QueryProvider>
      <Screen {...props} />
    </QueryProvider>
  );
}

function Screen({ initial, catalog, userId, canApprove }: Props) {
  const { data, problem } = useLiveView('approval', { id: initial.id }, initial);
  const request = data ?? initial;
  const { definition } = request;
  const impact = useImpact(request.id, definition);
  const dryRun = useDryRun(request.id, definition);
  const releases = definition.releaseIds.flatMap((id) =>
    catalog.releases.filter((release) => release.id === id),
  );
  const nameOf = (id: string) => {
    const release = catalog.releases.find((candidate) => candidate.id === id);
    return release ? `${release.ecuType} ${release.version}` : id;
  };
  return (
    <Page>
      <PageHeader
        title={request.name}
        actions={<ButtonLink href={`/campaigns/${request.id}`}>Open the campaign</ButtonLink>}
      >
        <span className="flex flex-wrap items-center gap-x-4">
          <CampaignStatus state={request.state} />
          <span>
            by {request.createdByName}, submitted <Time at={request.updatedAt} />
          </span>
        </span>
      </PageHeader>
      {problem && <ErrorNote>{problem}</ErrorNote>}
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] 2xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="grid grid-cols-1 gap-4">
          <Panel title="The plan">
            {impact.data ? (
              <p className="max-w-prose text-lg" data-testid="plan-sentence">
                {planSentence(definition, {
                  releases,
                  eligible: impact.data.eligible,
                  excluded: impact.data.excluded + impact.data.waiting,
                })}
              </p>
            ) : (
              <Skeleton className="h-12" />
            )}
            {definition.description && <p className="mt-3 max-w-prose">{definition.description}</p>}
            <p className="mt-3">
              <span className="text-muted">Target:</span>{' '}
              <Link
                href={fleetHref(definition.target)}
                className="break-all font-mono text-accent text-sm hover:underline"
              >
                {printFilter(definition.target)}
              </Link>
            </p>
            {impact.data && (
              <p className="mt-1 flex flex-wrap items-center gap-x-2 text-muted">
                Impact digest{' '}
                <CopyText text={impact.data.digest} label="impact digest" short={20} className="text-sm" />
              </p>
            )}
          </Panel>
          <Changes request={request} impact={impact.data} nameOf={nameOf} />
          <Panel title="Decisions" flush>
            <PlainTable
              label="Decisions on this campaign"
              empty="Nobody has decided yet."
              columns={[
                { header: 'Decision' },
                { header: 'By' },
                { header: 'When' },
                { header: 'Comment', className: 'min-w-56' },
              ]}
              rows={request.approvals.map((row) => ({
                key: row.id,
                cells: [
                  <Decision key="decision" decision={row.decision} voided={row.voidedAt !== null} />,
                  row.userName,
                  <Time key="at" at={row.at} />,
                  row.comment,
                ],
              }))}
            />
          </Panel>
          <Decide request={request} impact={impact} userId={userId} canApprove={canApprove} />
        </div>
        <aside
          aria-label="What it would do"
          className="grid gap-4 rounded-md border border-line bg-surface p-4 lg:sticky lg:top-16 lg:max-h-[calc(100dvh-5rem)] lg:overflow-y-auto"
        >
          <Fresh className="grid grid-cols-1 gap-4">
            {impact.error && <ErrorNote>The impact cannot be read: {impact.error}</ErrorNote>}
            {impact.data ? (
              <>
                <section aria-label="Eligibility" className="grid gap-2">
                  <h2 className="font-semibold">
                    {formatCount(impact.data.targeted)} targeted, {formatCount(impact.data.eligible)} eligible
                  </h2>
                  <Funnel impact={impact.data} campaignId={request.id} definition={definition} />
                </section>
                <section aria-label="Dry run" className="grid gap-2 border-line border-t pt-3">
                  <h2 className="font-semibold">Dry run</h2>
                  <DryRunView dryRun={dryRun} campaignId={request.id} definition={definition} />
                </section>
                <section aria-label="Conflicts" className="grid gap-2 border-line border-t pt-3">
                  <h2 className="font-semibold">Conflicts</h2>
                  <Conflicts
                    overlaps={impact.data.overlaps}
                    losers={definition.overlap}
                    campaignId={request.id}
                    definition={definition}
                  />
                </section>
              </>
            ) : (
              !impact.error && <Skeleton className="h-64" />
            )}
          </Fresh>
        </aside>
      </div>
    </Page>
  );
}
