'use client';

import { CsvLink } from '#components/ui/csv-link.tsx';
import { formatCount } from '#components/ui/format.ts';
import { Select } from '#components/ui/input.tsx';
import { joinRows, OlderRows, useOlderRows } from '#components/ui/older-rows.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import type { Tone } from '#components/ui/tones.ts';
import type { AlertsData } from './alerts.tsx';
import { type AlertsUrl, alertsQueryString, DELIVERY_STATES } from './alerts-url.ts';
import { EVENT_WORDS } from './event-words.ts';

type AlertDeliveriesProps = { url: AlertsUrl; onUrl(url: Partial<AlertsUrl>): void; data: AlertsData };
type Delivery = AlertsData['deliveries']['rows'][number];

const STATES: Readonly<Record<string, { tone: Tone; word: string }>> = {
  queued: { tone: 'running', word: 'Queued' },
  delivered: { tone: 'done', word: 'Delivered' },
  failed: { tone: 'failed', word: 'Failed' },
};

/** What became of every alert, newest first. */
export function AlertDeliveries({ url, onUrl, data }: AlertDeliveriesProps) {
  const key = alertsQueryString(url);
  const older = useOlderRows<Delivery>(`/api/alerts/deliveries?${key}&`, data.deliveries.next);
  const rows = joinRows(data.deliveries.rows, older.rows, ({ id }) => id);
  return (
    <Panel
      title={`Deliveries (${formatCount(data.total)})`}
      flush
      actions={
        <span className="flex flex-wrap gap-2">
          <Select
            aria-label="Channel of the deliveries"
            className="w-40"
            value={url.channel ?? ''}
            onChange={({ target }) => onUrl({ channel: target.value || null })}
          >
            <option value="">All channels</option>
            {data.channels.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
          <Select
            aria-label="State of the deliveries"
            className="w-32"
            value={url.state ?? ''}
            onChange={({ target }) =>
              onUrl({ state: DELIVERY_STATES.find((state) => state === target.value) ?? null })
            }
          >
            <option value="">All states</option>
            {DELIVERY_STATES.map((state) => (
              <option key={state} value={state}>
                {STATES[state]?.word}
              </option>
            ))}
          </Select>
          <CsvLink href={`/api/alerts/deliveries/export?${key}`} />
        </span>
      }
    >
      <PlainTable
        label="Deliveries of alerts, newest first"
        empty={key ? 'No delivery fits the filter.' : 'Nothing has been delivered yet.'}
        columns={[
          { header: 'Alert' },
          { header: 'Event' },
          { header: 'Channel' },
          { header: 'State' },
          { header: 'When' },
        ]}
        rows={rows.map((row) => ({ key: row.id, cells: cellsOf(row) }))}
      />
      <OlderRows older={older} />
    </Panel>
  );
}

function cellsOf(delivery: Delivery) {
  const { tone, word } = STATES[delivery.state] ?? { tone: 'offline' as const, word: delivery.state };
  return [
    <span key="subject" className="grid min-w-48">
      <span className="break-words">{delivery.subject}</span>
      {delivery.error && <span className="break-all text-failed text-sm">{delivery.error}</span>}
    </span>,
    EVENT_WORDS[delivery.event] ?? delivery.event,
    <span key="channel" className="break-all">
      {delivery.channelName}
    </span>,
    <span key="state" className="grid whitespace-nowrap">
      <Status tone={tone}>{word}</Status>
      {delivery.attempts > 1 && <span className="text-muted text-sm">{delivery.attempts} attempts</span>}
      {delivery.state === 'queued' && delivery.attempts > 0 && (
        <span className="text-muted text-sm">
          again <Time at={delivery.nextAt} />
        </span>
      )}
    </span>,
    <Time key="at" at={delivery.deliveredAt ?? delivery.createdAt} />,
  ];
}
