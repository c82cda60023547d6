'use client';

import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useQueryState } from 'nuqs';
import { Button } from '#components/ui/button.tsx';
import { Version } from '#components/ui/mono.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { Status } from '#components/ui/status.tsx';
import { ECU_STATUS } from '#components/ui/tones.ts';
import { blockingEdges } from './blocking-edges.ts';
import type { VehicleData } from './vehicle-screen.tsx';

export type Ecu = VehicleData['ecus'][number];

// The graph and its layout engine are 1.5 MB; they come when the graph is opened.
const Topology = dynamic(() => import('./topology.tsx').then((module) => module.Topology), {
  ssr: false,
  loading: () => <Skeleton className="m-4 h-80" />,
});

/** The vehicle's ECUs as a table, or as a graph below the TCU. */
export function EcuPanel({ data }: { data: VehicleData }) {
  const [form, setForm] = useQueryState('ecus', { defaultValue: 'table' });
  const forms = [
    ['table', 'Table'],
    ['graph', 'Topology'],
  ] as const;
  return (
    <Panel
      title={`ECUs (${data.ecus.length})`}
      flush
      actions={
        <div className="flex gap-1">
          {forms.map(([value, label]) => (
            <Button
              key={value}
              size="small"
              look={form === value ? 'default' : 'quiet'}
              aria-pressed={form === value}
              onClick={() => void setForm(value)}
            >
              {label}
            </Button>
          ))}
        </div>
      }
    >
      {form === 'graph' && data.ecus.length > 0 ? (
        <Topology ecus={data.ecus} blocks={blockingEdges(data.campaigns.rows)} />
      ) : (
        <EcuTable ecus={data.ecus} />
      )}
    </Panel>
  );
}

function EcuTable({ ecus }: { ecus: Ecu[] }) {
  // Most vehicles are in no campaign just now; a column of dashes would take the versions' room.
  const hasTarget = ecus.some(({ targetVersion }) => targetVersion !== null);
  return (
    <PlainTable
      label="ECUs"
      empty="This vehicle has never reported its ECUs. They appear with its first full report."
      columns={[
        { header: 'ECU' },
        { header: 'Installed', className: 'min-w-36' },
        ...(hasTarget ? [{ header: 'Target' }] : []),
        { header: 'Newest' },
        { header: 'Hardware' },
        { header: 'Status' },
      ]}
      rows={ecus.map((ecu) => ({
        key: ecu.ecuId,
        cells: [
          <span key="id" className="grid">
            <Link
              prefetch={false}
              href={`/catalog/types/${encodeURIComponent(ecu.type)}`}
              className="whitespace-nowrap font-medium hover:underline"
            >
              {ecu.ecuId}
            </Link>
            {ecu.type !== ecu.ecuId && <span className="text-muted text-sm">{ecu.type}</span>}
          </span>,
          <Version key="installed" text={ecu.softwareVersion} />,
          ...(hasTarget ? [<Target key="target" ecu={ecu} />] : []),
          <Newest key="newest" ecu={ecu} />,
          <Version key="hardware" text={ecu.hardwareVersion} className="text-muted" />,
          <EcuState key="state" ecu={ecu} />,
        ],
      }))}
    />
  );
}

function Target({ ecu }: { ecu: Ecu }) {
  if (ecu.targetVersion === null) return <span className="text-muted">–</span>;
  if (ecu.targetVersion === ecu.softwareVersion) return <Status tone="done">Reached</Status>;
  return (
    <Link prefetch={false} href={`/campaigns/${ecu.targetCampaignId}`} className="hover:underline">
      <Status tone="running">
        <Version text={ecu.targetVersion} />
      </Status>
    </Link>
  );
}

function Newest({ ecu }: { ecu: Ecu }) {
  if (ecu.newestVersion === null) return <span className="text-muted">–</span>;
  if (ecu.newestVersion === ecu.softwareVersion) return <span className="text-muted">runs it</span>;
  return (
    <Link prefetch={false} href={`/catalog/releases/${ecu.newestReleaseId}`} className="hover:underline">
      <Version text={ecu.newestVersion} />
    </Link>
  );
}

export function EcuState({ ecu }: { ecu: Ecu }) {
  const missing = ecu.state === 'missing';
  const status = (missing ? ECU_STATUS.missing : ECU_STATUS[ecu.status]) ?? {
    tone: 'offline' as const,
    word: ecu.status,
  };
  return (
    <span className="grid">
      <Status tone={status.tone}>{status.word}</Status>
      {ecu.swappedAt && <Status tone="warning">Swapped</Status>}
      {ecu.faults.length > 0 && (
        <span className="break-all font-mono text-failed text-sm">{ecu.faults.join(' ')}</span>
      )}
    </span>
  );
}
