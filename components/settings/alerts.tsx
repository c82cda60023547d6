'use client';

import { Plus } from 'lucide-react';
import { useQueryStates } from 'nuqs';
import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { EmptyState, Note } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { QueryProvider } from '#components/ui/query-provider.tsx';
import { Badge, Status } from '#components/ui/status.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { deleteAlertChannelAction } from '../../app/(console)/settings/actions.ts';
import { AlertChannelDialog } from './alert-channel-dialog.tsx';
import { AlertDeliveries } from './alert-deliveries.tsx';
import { type AlertsUrl, alertsParsers, alertsQueryOf, alertsQueryString } from './alerts-url.ts';
import { EVENT_WORDS } from './event-words.ts';
import { TestChannel } from './test-channel.tsx';

export type AlertsData = ViewValue<'alerts'>;
type AlertsProps = { initialUrl: AlertsUrl; initial: AlertsData; mayMail: boolean };
export type Channel = AlertsData['channels'][number];

/** Where alerts go, and what became of them. */
export function Alerts(props: AlertsProps) {
  return (
    <QueryProvider>
      <Screen {...props} />
    </QueryProvider>
  );
}

function Screen({ initialUrl, initial, mayMail }: AlertsProps) {
  const [url, setUrl] = useQueryStates(alertsParsers, { history: 'push' });
  const isInitial = alertsQueryString(url) === alertsQueryString(initialUrl);
  const first = isInitial ? initial : { ...initial, deliveries: { rows: [], next: null } };
  const { data, problem } = useLiveView('alerts', alertsQueryOf(url), first);
  return (
    <Fresh className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {problem && <Note tone="warning">The alerts cannot be read just now ({problem}).</Note>}
      {!mayMail && data.channels.some(({ kind }) => kind === 'email') && (
        <Note tone="warning">E-mail is not set up: without SMTP_URL no mail leaves. Webhooks work.</Note>
      )}
      <Panel
        title={`Channels (${data.channels.length})`}
        flush
        actions={
          <AlertChannelDialog
            trigger={
              <Button look="primary" size="small">
                <Plus aria-hidden /> New channel
              </Button>
            }
          />
        }
      >
        {data.channels.length === 0 ? (
          <EmptyState title="Nobody is alerted yet">
            An automatic pause, a stalled wave, a stop of all offers or an approval that is needed can go to
            people by e-mail, and to machines by webhook.
          </EmptyState>
        ) : (
          <PlainTable
            label="Alert channels"
            columns={[
              { header: 'Name' },
              { header: 'To' },
              { header: 'Events' },
              { header: 'State' },
              { header: <span className="sr-only">Actions</span>, align: 'end' },
            ]}
            rows={data.channels.map((channel) => ({ key: channel.id, cells: channelCells(channel) }))}
          />
        )}
      </Panel>
      <AlertDeliveries url={url} onUrl={(next) => void setUrl(next)} data={data} />
    </Fresh>
  );
}

function channelCells(channel: Channel) {
  return [
    <span key="name" className="break-words font-medium">
      {channel.name}
    </span>,
    <span key="to" className="grid min-w-40">
      <span className="break-all">{channel.target}</span>
      <span className="text-muted text-sm">
        {channel.kind === 'email' ? 'e-mail' : channel.signed ? 'webhook, signed' : 'webhook, not signed'}
      </span>
    </span>,
    <span key="events" className="flex min-w-48 flex-wrap gap-1">
      {channel.events.map((event) => (
        <Badge key={event}>{EVENT_WORDS[event] ?? event}</Badge>
      ))}
    </span>,
    channel.enabled ? (
      <Status key="state" tone="done">
        On
      </Status>
    ) : (
      <Status key="state" tone="offline">
        Off
      </Status>
    ),
    <span key="actions" className="inline-flex gap-1">
      <TestChannel channel={channel} />
      <AlertChannelDialog channel={channel} trigger={<Button size="small">Edit</Button>} />
      <Confirm
        danger
        trigger={<Button size="small">Delete</Button>}
        title={`Delete ${channel.name}`}
        action="Delete"
        onConfirm={async () => {
          const answer = await deleteAlertChannelAction({ id: channel.id });
          return answer.ok ? undefined : answer.error.message;
        }}
      >
        <p>Nothing goes to {channel.target} any more, and the log of its deliveries is deleted too.</p>
      </Confirm>
    </span>,
  ];
}
