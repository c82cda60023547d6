'use client';

import Link from 'next/link';
import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { formatCount } from '#components/ui/format.ts';
import { EmptyState, ErrorNote } from '#components/ui/notes.tsx';
import { Page, PageHeader, Panel } from '#components/ui/panel.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { approverRefusal, validApprovers } from '#lib/domain/approval.ts';
import type { ViewValue } from '#lib/live/views.ts';

type Props = { initial: ViewValue<'approvals'>; userId: string; canApprove: boolean };
type Waiting = ViewValue<'approvals'>['waiting'][number];

/** What waits for an approval, and what was decided lately. */
export function ApprovalQueue({ initial, userId, canApprove }: Props) {
  const { data, problem } = useLiveView('approvals', {}, initial);
  return (
    <Page>
      <PageHeader title="Approvals">
        <Fresh>
          {data.waiting.length === 0
            ? 'Nothing waits.'
            : `${formatCount(data.waiting.length)} ${data.waiting.length === 1 ? 'campaign waits' : 'campaigns wait'} for approval.`}
        </Fresh>
      </PageHeader>
      {problem && <ErrorNote>The approvals cannot be read just now: {problem}</ErrorNote>}
      <Fresh className="grid grid-cols-1 gap-4">
        <Panel title="Waiting" flush>
          {data.waiting.length === 0 ? (
            <EmptyState title="No campaign awaits approval">
              A campaign comes here when it is submitted and its author asked for approvals.
            </EmptyState>
          ) : (
            <PlainTable
              label="Campaigns that await approval"
              columns={[
                { header: 'Campaign', className: 'min-w-44' },
                { header: 'By' },
                { header: 'Submitted' },
                { header: 'Eligible', align: 'end' },
                { header: 'Approved', align: 'end' },
                { header: 'You' },
                { header: <span className="sr-only">Open</span> },
              ]}
              rows={data.waiting.map((row) => ({
                key: row.id,
                cells: [
                  <Link
                    key="name"
                    href={`/approvals/${row.id}`}
                    className="font-medium text-accent hover:underline"
                  >
                    {row.name}
                  </Link>,
                  row.createdByName,
                  <Time key="at" at={row.updatedAt} />,
                  row.eligible === null ? (
                    '–'
                  ) : (
                    <Link key="eligible" href={`/approvals/${row.id}`} className="hover:underline">
                      {formatCount(row.eligible)}
                    </Link>
                  ),
                  `${validApprovers(row).size} of ${row.required}`,
                  <Yours key="you" row={row} userId={userId} canApprove={canApprove} />,
                  <ButtonLink
                    key="open"
                    href={`/approvals/${row.id}`}
                    size="small"
                    aria-label={`Review ${row.name}`}
                  >
                    Review
                  </ButtonLink>,
                ],
              }))}
            />
          )}
        </Panel>
        <Panel title="Decided lately" flush>
          <PlainTable
            label="Latest decisions"
            empty="Nobody has approved or denied anything yet."
            columns={[
              { header: 'Campaign', className: 'min-w-44' },
              { header: 'Decision' },
              { header: 'By' },
              { header: 'When' },
              { header: 'Comment', className: 'min-w-56' },
            ]}
            rows={data.decisions.map((row) => ({
              key: row.id,
              cells: [
                <Link
                  key="name"
                  href={`/approvals/${row.campaign.id}`}
                  className="text-accent hover:underline"
                >
                  {row.campaign.name}
                </Link>,
                <Decision key="decision" decision={row.decision} voided={row.voidedAt !== null} />,
                row.userName,
                <Time key="at" at={row.at} />,
                row.comment,
              ],
            }))}
          />
        </Panel>
      </Fresh>
    </Page>
  );
}

/** A decision: glyph, word and colour; a voided one says so. */
export function Decision({ decision, voided }: { decision: string; voided: boolean }) {
  if (decision !== 'approve') return <Status tone="failed">Denied</Status>;
  if (voided) return <Status tone="offline">Approved, void since</Status>;
  return <Status tone="done">Approved</Status>;
}

function Yours({ row, userId, canApprove }: { row: Waiting; userId: string; canApprove: boolean }) {
  const refusal = approverRefusal(row, userId);
  if (refusal === 'own_campaign') return <span className="text-muted">yours: others decide</span>;
  if (refusal === 'already_approved') return <Status tone="done">You approved</Status>;
  if (!canApprove) return <span className="text-muted">your role may not</span>;
  return <Status tone="warning">Needs you</Status>;
}
