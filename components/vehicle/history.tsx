'use client';

import { Button } from '#components/ui/button.tsx';
import { CsvLink } from '#components/ui/csv-link.tsx';
import { fetchJson } from '#components/ui/fetch-json.ts';
import { Version } from '#components/ui/mono.tsx';
import { ErrorNote } from '#components/ui/notes.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { usePaged } from './use-paged.ts';
import type { VehicleData } from './vehicle-screen.tsx';
import { VersionsAt } from './versions-at.tsx';

type HistoryPage = VehicleData['history'];

/** What ran on which ECU from when on. */
export function History({ vin, page, zone }: { vin: string; page: HistoryPage; zone: string }) {
  const { rows, busy, error, more } = usePaged<HistoryPage['rows'][number]>(page, (cursor) =>
    fetchJson(`/api/vehicles/${vin}/history?cursor=${encodeURIComponent(cursor)}`),
  );
  return (
    <div className="grid gap-3 pb-3">
      <VersionsAt vin={vin} zone={zone}>
        {rows.length > 0 && (
          <CsvLink small of="the version history" href={`/api/vehicles/${vin}/history/export`} />
        )}
      </VersionsAt>
      <PlainTable
        label="Version history"
        empty="No version is known yet. The first full report of the vehicle begins its history."
        columns={[
          { header: 'From' },
          { header: 'ECU' },
          { header: 'Software' },
          { header: 'Hardware' },
          { header: 'Serial' },
        ]}
        rows={rows.map((row) => ({
          key: row.id,
          cells: [
            <Time key="at" at={row.at} zone={zone} />,
            <span key="ecu" className="whitespace-nowrap font-medium">
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
            <span key="serial" className="whitespace-nowrap font-mono text-muted text-sm">
              {row.serial ?? '–'}
            </span>,
          ],
        }))}
      />
      {error && <ErrorNote className="mx-3">Older rows could not be read: {error}</ErrorNote>}
      {more && (
        <Button className="mx-3" onClick={more} disabled={busy}>
          {busy ? 'Reading …' : 'Older'}
        </Button>
      )}
    </div>
  );
}
