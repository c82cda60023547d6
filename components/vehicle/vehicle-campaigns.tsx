import Link from 'next/link';
import { joinRows, OlderRows, useOlderRows } from '#components/ui/older-rows.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { AssignmentStatus } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { AssignmentState } from '#lib/domain/states.ts';
import { OfferAgain } from './offer-again.tsx';
import { sentence } from './timeline-words.ts';
import type { VehicleData } from './vehicle-screen.tsx';

const OFFERABLE: ReadonlySet<string> = new Set([
  'declined',
  'rejected',
  'excluded',
  'cancelled',
  'failed',
  'rolled_back',
  'timed_out',
]);

type Page = VehicleData['campaigns'];
type Assignment = Page['rows'][number];

/** Every campaign that the vehicle is or was in. */
export function VehicleCampaigns({
  vin,
  page,
  zone,
  mayOffer,
}: {
  vin: string;
  page: Page;
  zone: string;
  mayOffer: boolean;
}) {
  const older = useOlderRows<Assignment>(`/api/vehicles/${vin}/campaigns?`, page.next);
  const assignments = joinRows(page.rows, older.rows, ({ campaignId }) => campaignId);
  return (
    <>
      <PlainTable
        label="Campaigns of this vehicle"
        empty="No campaign has included this vehicle."
        columns={[
          { header: 'Campaign', className: 'min-w-40' },
          { header: 'Wave' },
          { header: 'State' },
          { header: 'Changed' },
        ]}
        rows={assignments.map((row) => ({
          key: row.campaignId,
          cells: [
            <span key="name" className="grid">
              <Link
                prefetch={false}
                href={`/campaigns/${row.campaignId}`}
                className="font-medium hover:underline"
              >
                {row.campaignName}
              </Link>
              {row.campaignState !== 'running' && (
                <span className="text-muted text-sm">{sentence(row.campaignState)}</span>
              )}
            </span>,
            row.waveName ?? `Wave ${row.wave}`,
            <span key="state" className="grid" data-testid="assignment-state">
              <AssignmentStatus state={AssignmentState.catch('pending').parse(row.state)} />
              <span className="text-muted text-sm">{remarks(row)}</span>
              {mayOffer && isOfferable(row) && (
                <OfferAgain vin={vin} campaignId={row.campaignId} campaignName={row.campaignName} />
              )}
            </span>,
            <Time key="at" at={row.updatedAt} zone={zone} />,
          ],
        }))}
      />
      <OlderRows older={older} label="Show more" />
    </>
  );
}

/** Over for this vehicle, in a campaign that still offers. */
function isOfferable({ state, campaignState }: Assignment): boolean {
  return OFFERABLE.has(state) && (campaignState === 'running' || campaignState === 'paused');
}

function remarks(row: Assignment): string {
  return [
    row.state === 'downloading' && row.progress !== null && `${row.progress} %`,
    row.attempt > 1 && `attempt ${row.attempt}`,
    row.late && 'late',
    row.provisional && 'provisional until a report shows it',
    row.failedEcuId,
    row.reasonCode && sentence(row.reasonCode),
    row.reasonDetail,
  ]
    .filter(Boolean)
    .join(', ');
}
