'use client';

import { useState } from 'react';
import { useNowAs } from './clock.ts';
import { formatInstant, formatRelative } from './format.ts';
import { Tooltip } from './tooltip.tsx';

type TimeProps = { at: string | null | undefined; zone?: string | undefined; absent?: string };

/**
 * An instant, relative; its tooltip says it in UTC, in the reader's zone and in the vehicle's. A page has hundreds
 * of them, so the tooltip comes with the pointer, and only a text that changes is rendered again.
 */
export function Time({ at, zone, absent = 'never' }: TimeProps) {
  const [pointed, setPointed] = useState(false);
  const date = new Date(at ?? 0);
  const text = useNowAs((now) =>
    now === 0 ? `${formatInstant(date, 'UTC')} UTC` : formatRelative(date, new Date(now)),
  );
  if (!at) return <span className="text-muted">{absent}</span>;
  const time = (
    <time dateTime={at} className="whitespace-nowrap" onPointerEnter={() => setPointed(true)}>
      {text}
    </time>
  );
  return pointed ? <Tooltip content={<Instants date={date} zone={zone} />}>{time}</Tooltip> : time;
}

function Instants({ date, zone }: { date: Date; zone: string | undefined }) {
  const rows: [string, string][] = [
    ['UTC', formatInstant(date, 'UTC')],
    ['Local', formatInstant(date)],
  ];
  if (zone) rows.push([zone, formatInstant(date, zone)]);
  return (
    <dl className="grid grid-cols-[auto_auto] gap-x-3">
      {rows.map(([name, text]) => (
        <div key={name} className="col-span-2 grid grid-cols-subgrid">
          <dt className="text-muted">{name}</dt>
          <dd className="font-mono">{text}</dd>
        </div>
      ))}
    </dl>
  );
}
