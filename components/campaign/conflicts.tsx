import Link from 'next/link';
import { CampaignStatus, Status } from '#components/ui/status.tsx';
import type { CampaignDefinition } from '#lib/domain/campaign-definition.ts';
import type { ImpactPreview } from './preview.ts';
import { type Previewed, PreviewedVehicles } from './previewed-vehicles.tsx';

/** Other campaigns that want the same ECUs of the same vehicles, and who goes first. */
export function Conflicts({
  overlaps,
  losers = 'wait',
  ...previewed
}: Previewed & {
  overlaps: ImpactPreview['overlaps'];
  losers?: CampaignDefinition['overlap'];
}) {
  if (overlaps.length === 0) {
    return <p className="text-muted">No other campaign wants the same ECUs of these vehicles.</p>;
  }
  return (
    <ul className="grid gap-3">
      {overlaps.map((overlap) => (
        <li key={overlap.campaignId} className="grid gap-0.5">
          <div className="flex flex-wrap items-center gap-x-3">
            <Link
              href={`/campaigns/${overlap.campaignId}`}
              className="font-medium text-accent hover:underline"
            >
              {overlap.name}
            </Link>
            <CampaignStatus state={overlap.state} />
          </div>
          <p>
            <Status tone="warning">
              <PreviewedVehicles
                part={{ kind: 'rival', rivalId: overlap.campaignId }}
                name={`Shared with ${overlap.name}`}
                count={overlap.vehicles}
                {...previewed}
              />{' '}
              {overlap.vehicles === 1 ? 'vehicle' : 'vehicles'}
            </Status>{' '}
            share {overlap.ecuTypes.join(', ')}.{' '}
            {overlap.goesFirst === 'this'
              ? 'This campaign goes first.'
              : `The other goes first (priority ${overlap.priority}); these ${losers === 'exclude' ? 'are left out' : 'wait for it'}.`}
          </p>
        </li>
      ))}
    </ul>
  );
}
