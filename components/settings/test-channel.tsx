'use client';

import { Button } from '#components/ui/button.tsx';
import { useAction } from '#components/ui/use-action.ts';
import { testAlertChannelAction } from '../../app/(console)/settings/actions.ts';
import type { Channel } from './alerts.tsx';

/** Sends a test through the channel; what becomes of it stands in the log below. */
export function TestChannel({ channel }: { channel: Channel }) {
  const action = useAction(testAlertChannelAction);
  return (
    <span className="grid justify-items-end">
      <Button
        size="small"
        disabled={action.busy}
        aria-label={`Send a test to ${channel.name}`}
        onClick={() => void action.run({ id: channel.id })}
      >
        {action.busy ? 'Sending …' : 'Send a test'}
      </Button>
      {action.error && (
        <span role="alert" className="max-w-40 whitespace-normal text-failed text-sm">
          <span aria-hidden>✕ </span>
          {action.error.message}
        </span>
      )}
    </span>
  );
}
