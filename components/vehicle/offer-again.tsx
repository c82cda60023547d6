'use client';

import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { offerAgainAction } from '../../app/(console)/fleet/[vin]/actions.ts';

type OfferAgainProps = { vin: string; campaignId: string; campaignName: string };

/** Asks the campaign to offer once more to a vehicle that refused, was left out or failed. */
export function OfferAgain({ vin, campaignId, campaignName }: OfferAgainProps) {
  return (
    <Confirm
      trigger={
        <Button size="small" className="mt-1 justify-self-start">
          Offer again
        </Button>
      }
      title="Offer again?"
      action="Offer again"
      onConfirm={async () => {
        const result = await offerAgainAction({ campaignId, vins: [vin] });
        return result.ok ? undefined : result.error.message;
      }}
    >
      <p>
        {campaignName} offers its update to {vin} once more, although it was refused, left out or failed. The
        request stands in the audit log.
      </p>
    </Confirm>
  );
}
