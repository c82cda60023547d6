'use client';

import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { ConfirmComment } from '#components/ui/confirm-comment.tsx';
import {
  clearBlockAction,
  confirmEcuSwapAction,
  confirmTcuAction,
} from '../../app/(console)/fleet/[vin]/actions.ts';

/** Confirms that the TCU was replaced on purpose. */
export function ConfirmTcu({ vin, serial }: { vin: string; serial: string | null }) {
  return (
    <Confirm
      trigger={
        <Button size="small" className="mt-2">
          Confirm the new TCU
        </Button>
      }
      title="Confirm the new TCU?"
      action="Confirm"
      onConfirm={async () => {
        const result = await confirmTcuAction({ vin });
        return result.ok ? undefined : result.error.message;
      }}
    >
      <p>
        Offers to {vin} go on, and the TCU {serial ?? 'without serial'} speaks for the vehicle from now on.
      </p>
    </Confirm>
  );
}

/** Confirms that ECUs were exchanged on purpose; the reason is asked for. */
export function ConfirmEcuSwap({ vin, ecuIds }: { vin: string; ecuIds: string[] }) {
  return (
    <ConfirmComment
      trigger={
        <Button size="small" className="mt-2">
          Confirm the exchange
        </Button>
      }
      title={`Confirm the exchange of ${ecuIds.join(', ')}?`}
      action="Confirm"
      label="Why was it exchanged?"
      onConfirm={async (comment) => {
        const result = await confirmEcuSwapAction({ vin, ecuIds, comment });
        return result.ok ? undefined : result.error.message;
      }}
    >
      <p>Campaigns may update {ecuIds.length === 1 ? 'this ECU' : 'these ECUs'} again.</p>
    </ConfirmComment>
  );
}

/** Lifts the hold after a failed rollback; how it was put right is asked for. */
export function ClearBlock({ vin }: { vin: string }) {
  return (
    <ConfirmComment
      trigger={
        <Button size="small" className="mt-2">
          Clear the block
        </Button>
      }
      title="Clear the block?"
      action="Clear the block"
      label="How was it put right?"
      onConfirm={async (comment) => {
        const result = await clearBlockAction({ vin, comment });
        return result.ok ? undefined : result.error.message;
      }}
    >
      <p>The vehicle may be offered updates again.</p>
    </ConfirmComment>
  );
}
