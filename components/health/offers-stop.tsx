'use client';

import { OctagonX } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { ConfirmComment } from '#components/ui/confirm-comment.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { allowOffersAction, stopAllOffersAction } from '../../app/(console)/health/actions.ts';

type OffersStopProps = { stop: ViewValue<'health'>['offersStop']; can: { stop: boolean; allow: boolean } };

/** The fleet-wide stop of all offers: its state, the button, and its undoing. */
export function OffersStop({ stop, can }: OffersStopProps) {
  const send = async (action: typeof stopAllOffersAction, reason: string) => {
    const answer = await action({ reason });
    return answer.ok ? undefined : answer.error.message;
  };
  const why = { label: 'Why', hint: 'Goes to the audit log and to everyone who is alerted' };
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
          <ConfirmComment
            {...why}
            danger
            trigger={
              <Button look="danger">
                <OctagonX aria-hidden /> Stop all offers
              </Button>
            }
            title="Stop all offers"
            action="Stop all offers"
            typeName="STOP"
            onConfirm={(reason) => send(stopAllOffersAction, reason)}
          >
            <p>
              No campaign offers anything to any vehicle any more, within two seconds, until an admin allows
              it again.
            </p>
          </ConfirmComment>
        )}
        {stop.stopped && can.allow && (
          <ConfirmComment
            {...why}
            trigger={<Button look="primary">Allow offers again</Button>}
            title="Allow offers again"
            action="Allow offers"
            typeName="ALLOW"
            onConfirm={(reason) => send(allowOffersAction, reason)}
          >
            <p>Running campaigns go on where they were. Paused ones stay paused.</p>
          </ConfirmComment>
        )}
        {stop.stopped && !can.allow && <p className="text-muted">Only an admin allows offers again.</p>}
      </div>
    </Panel>
  );
}
