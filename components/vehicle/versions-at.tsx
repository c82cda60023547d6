'use client';

import { useQuery } from '@tanstack/react-query';
import { parseAsString, useQueryState } from 'nuqs';
import type { ReactNode } from 'react';
import { Button } from '#components/ui/button.tsx';
import { fetchJson } from '#components/ui/fetch-json.ts';
import { Field } from '#components/ui/field.tsx';
import { formatInstant } from '#components/ui/format.ts';
import { Input } from '#components/ui/input.tsx';
import { Version } from '#components/ui/mono.tsx';
import { ErrorNote } from '#components/ui/notes.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import type { VehicleData } from './vehicle-screen.tsx';

type VersionRow = VehicleData['history']['rows'][number];

/** Asks what ran on every ECU at an instant, which the URL keeps as UTC. */
export function VersionsAt({ vin, zone, children }: { vin: string; zone: string; children: ReactNode }) {
  const [at, setAt] = useQueryState('at', parseAsString.withDefault(''));
  const instant = instantOf(at);
  return (
    <div className="grid gap-2 px-3">
      <div className="flex flex-wrap items-end gap-2">
        <Field
          label="What ran at (UTC)"
          className="w-56"
          error={at !== '' && instant === undefined ? 'not an instant' : undefined}
        >
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              value={at}
              max="9999-12-31T23:59"
              onChange={({ target }) => void setAt(target.value || null)}
            />
          )}
        </Field>
        {at !== '' && (
          <Button look="quiet" onClick={() => void setAt(null)}>
            Clear
          </Button>
        )}
        <span className="ml-auto">{children}</span>
      </div>
      {instant && <Answer vin={vin} instant={instant} zone={zone} />}
    </div>
  );
}

function Answer({ vin, instant, zone }: { vin: string; instant: Date; zone: string }) {
  const iso = instant.toISOString();
  const { data, error, isLoading } = useQuery({
    queryKey: ['versions at', vin, iso],
    queryFn: ({ signal }) =>
      fetchJson<VersionRow[]>(`/api/vehicles/${vin}/versions?at=${encodeURIComponent(iso)}`, { signal }),
  });
  if (error) return <ErrorNote>It could not be read: {error.message}</ErrorNote>;
  if (isLoading || !data) return <Skeleton className="h-8" />;
  return (
    <PlainTable
      label={`What ran at ${formatInstant(instant, 'UTC')} UTC`}
      className="rounded-md border border-line"
      empty="Nothing is known of that time; the vehicle had not reported yet."
      columns={[{ header: 'ECU' }, { header: 'Software' }, { header: 'Hardware' }, { header: 'Since' }]}
      rows={data.map((row) => ({
        key: row.ecuId,
        cells: [
          <span key="ecu" className="font-medium">
            {row.ecuId}
          </span>,
          row.state === 'missing' ? (
            <Status key="software" tone="failed">
              Missing
            </Status>
          ) : (
            <Version key="software" text={row.softwareVersion} />
          ),
          <Version key="hardware" text={row.hardwareVersion} className="text-muted" />,
          <Time key="at" at={row.at} zone={zone} />,
        ],
      }))}
    />
  );
}

function instantOf(text: string): Date | undefined {
  const date = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? new Date(`${text.slice(0, 16)}Z`) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date : undefined;
}
