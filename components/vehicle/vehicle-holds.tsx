'use client';

import { useId, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { Textarea } from '#components/ui/input.tsx';
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
  const [comment, setComment] = useState('');
  const id = useId();
  return (
    <Confirm
      trigger={
        <Button size="small" className="mt-2">
          Confirm the exchange
        </Button>
      }
      title={`Confirm the exchange of ${ecuIds.join(', ')}?`}
      action="Confirm"
      onConfirm={async () => {
        const result = await confirmEcuSwapAction({ vin, ecuIds, comment });
        return result.ok ? undefined : result.error.message;
      }}
    >
      <p>Campaigns may update {ecuIds.length === 1 ? 'this ECU' : 'these ECUs'} again.</p>
      <label htmlFor={id} className="mt-2 text-fg">
        Why was it exchanged?
      </label>
      <Textarea
        id={id}
        rows={3}
        required
        value={comment}
        onChange={(event) => setComment(event.target.value)}
      />
    </Confirm>
  );
}

/** Lifts the hold after a failed rollback; how it was put right is asked for. */
export function ClearBlock({ vin }: { vin: string }) {
  const [comment, setComment] = useState('');
  const id = useId();
  return (
    <Confirm
      trigger={
        <Button size="small" className="mt-2">
          Clear the block
        </Button>
      }
      title="Clear the block?"
      action="Clear the block"
      onConfirm={async () => {
        const result = await clearBlockAction({ vin, comment });
        return result.ok ? undefined : result.error.message;
      }}
    >
      <p>The vehicle may be offered updates again.</p>
      <label htmlFor={id} className="mt-2 text-fg">
        How was it put right?
      </label>
      <Textarea
        id={id}
        rows={3}
        required
        value={comment}
        onChange={(event) => setComment(event.target.value)}
      />
    </Confirm>
  );
}
