import type { ImpactPreview } from '#components/campaign/preview.ts';
import { formatCount } from '#components/ui/format.ts';
import { Panel } from '#components/ui/panel.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { Time } from '#components/ui/time.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { definitionChanges } from './definition-changes.ts';

type Props = {
  request: NonNullable<ViewValue<'approval'>>;
  impact: ImpactPreview | undefined;
  nameOf(releaseId: string): string;
};

/** What is not as it was when somebody last approved it, and as it was when it was submitted. */
export function Changes({ request, impact, nameOf }: Props) {
  const { since, reviewedImpact } = request;
  const moved =
    impact && reviewedImpact && impact.eligible !== reviewedImpact.eligible
      ? `${formatCount(reviewedImpact.eligible)} vehicles were eligible at the submission, ${formatCount(impact.eligible)} are now.`
      : undefined;
  const changes = since?.definition ? definitionChanges(since.definition, request.definition, nameOf) : [];
  return (
    <Panel title="What changed since the last approval" flush={changes.length > 0}>
      {changes.length > 0 ? (
        <PlainTable
          label="Changes since the last approval"
          columns={[{ header: 'Part' }, { header: 'Approved then' }, { header: 'Now' }]}
          rows={changes.map(({ part, before, after }) => ({
            key: part,
            cells: [
              part,
              <span key="before" className="whitespace-pre-wrap break-words text-muted">
                {before || 'nothing'}
              </span>,
              <span key="after" className="whitespace-pre-wrap break-words">
                {after || 'nothing'}
              </span>,
            ],
          }))}
        />
      ) : (
        <p className="text-muted">
          {since === null ? (
            'It was never approved before.'
          ) : (
            <>
              The definition is what {since.approval.userName} approved <Time at={since.approval.at} />.
            </>
          )}
        </p>
      )}
      {moved && <p className={changes.length > 0 ? 'p-4' : 'mt-2'}>{moved}</p>}
    </Panel>
  );
}
