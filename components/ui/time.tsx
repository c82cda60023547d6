'use client';

import { useNow } from './clock.ts';
import { formatInstant, formatRelative } from './format.ts';
import { Tooltip } from './tooltip.tsx';

type TimeProps = { at: string | null | undefined; zone?: string | undefined; absent?: string };

/** An instant, relative; its tooltip says it in UTC, in the reader's zone and in the vehicle's. */
export function Time({ at, zone, absent = 'never' }: TimeProps) {
  const now = useNow();
  if (!at) return <span className="text-muted">{absent}</span>;
  const date = new Date(at);
  const utc = `${formatInstant(date, 'UTC')}`;
  const rows: [string, string][] = [['UTC', utc]];
  if (now !== 0) rows.push(['Local', formatInstant(date)]);
  if (zone) rows.push([zone, formatInstant(date, zone)]);
  return (
    <Tooltip
      content={
        <dl className="grid grid-cols-[auto_auto] gap-x-3">
          {rows.map(([name, text]) => (
            <div key={name} className="col-span-2 grid grid-cols-subgrid">
              <dt className="text-muted">{name}</dt>
              <dd className="font-mono">{text}</dd>
            </div>
          ))}
        </dl>
      }
    >
      <time dateTime={at} className="whitespace-nowrap">
        {now === 0 ? `${utc} UTC` : formatRelative(date, new Date(now))}
      </time>
    </Tooltip>
  );
}
