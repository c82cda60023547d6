'use client';

import { OctagonX } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { allowOffersAction, stopAllOffersAction } from '../../app/(console)/health/actions.ts';

type OffersStopProps = { stop: ViewValue<'health'>['offersStop']; can: { stop: boolean; allow: boolean } };

/** The fleet-wide stop of all offers: its state, the button, and its undoing. */
export function OffersStop({ stop, can }: OffersStopProps) {
  const [reason, setReason] = useState('');
  const send = async (action: typeof stopAllOffersAction) => {
    const answer = await action({ reason });
    if (!answer.ok) return answer.error.message;
    setReason('');
    return undefined;
  };
  const why = (
    <Field label="Why" hint="Goes to the audit log and to everyone who is alerted" className="text-fg">
      {(control) => (
        <Input
          {...control}
          value={reason}
          maxLength={1000}
          onChange={(event) => setReason(event.target.value)}
          required
        />
      )}
    </Field>
  );
  return (
    <Panel id="offers" title="Offers" className={stop.stopped ? 'border-failed/70' : ''}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="grid min-w-0 gap-0.5" data-testid="offers-stop" data-stopped={stop.stopped}>
          {stop.stopped ? (
            <>
              <Status tone="failed" className="text-lg">
                All offers are stopped
              </Status>
              <p className="min-w-0 break-words text-muted">
                By {stop.by ?? 'unknown'}
                {stop.at && (
                  <>
                    , <Time at={stop.at} />
                  </>
                )}
                {stop.reason && <>: “{stop.reason}”</>}. Vehicles that have an offer go on.
              </p>
            </>
          ) : (
            <>
              <Status tone="done" className="text-lg">
                Offers are allowed
              </Status>
              <p className="text-muted">Running campaigns offer updates within their windows and rates.</p>
            </>
          )}
        </div>
        {!stop.stopped && can.stop && (
          <Confirm
            danger
            trigger={
              <Button look="danger">
                <OctagonX aria-hidden /> Stop all offers
              </Button>
            }
            title="Stop all offers"
            action="Stop all offers"
            typeName="STOP"
            onConfirm={() => send(stopAllOffersAction)}
          >
            <p>
              No campaign offers anything to any vehicle any more, within two seconds, until an admin allows
              it again.
            </p>
            {why}
          </Confirm>
        )}
        {stop.stopped && can.allow && (
          <Confirm
            trigger={<Button look="primary">Allow offers again</Button>}
            title="Allow offers again"
            action="Allow offers"
            typeName="ALLOW"
            onConfirm={() => send(allowOffersAction)}
          >
            <p>Running campaigns go on where they were. Paused ones stay paused.</p>
            {why}
          </Confirm>
        )}
        {stop.stopped && !can.allow && <p className="text-muted">Only an admin allows offers again.</p>}
      </div>
    </Panel>
  );
}
