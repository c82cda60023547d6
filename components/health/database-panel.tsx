import { formatBytes, formatCount, formatDuration } from '#components/ui/format.ts';
import { Panel } from '#components/ui/panel.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import type { HealthData } from './health-screen.tsx';

const FULL = 0.85;
const LONG_TRANSACTION_S = 60;

/** The database's own figures, and its largest tables. */
export function DatabasePanel({ data: { figures, databaseMs } }: { data: HealthData }) {
  const crowded = figures.connections > FULL * figures.maxConnections;
  const long = figures.oldestTransactionSeconds > LONG_TRANSACTION_S;
  const facts: [string, string, boolean][] = [
    ['Size', formatBytes(figures.databaseBytes), false],
    ['Connections', `${formatCount(figures.connections)} of ${formatCount(figures.maxConnections)}`, crowded],
    [
      'Cache hits',
      figures.cacheHitRatio === null ? '–' : `${(100 * figures.cacheHitRatio).toFixed(1)} %`,
      false,
    ],
    ['Oldest transaction', formatDuration(figures.oldestTransactionSeconds * 1000), long],
    ['A small read takes', `${databaseMs} ms`, false],
  ];
  return (
    <Panel
      title="Database"
      flush
      actions={
        crowded || long ? <Status tone="warning">Look here</Status> : <Status tone="done">Answers</Status>
      }
    >
      <dl className="grid grid-cols-2 gap-x-6 gap-y-2 px-4 py-3 md:grid-cols-5">
        {facts.map(([label, value, bad]) => (
          <div key={label} className="grid">
            <dt className="text-muted">{label}</dt>
            <dd className={bad ? 'font-semibold text-warning' : 'font-semibold'}>
              {bad && <span aria-hidden>▲ </span>}
              {value}
            </dd>
          </div>
        ))}
      </dl>
      <PlainTable
        label="Largest tables"
        className="border-line border-t"
        empty="The statistics of the tables are not there yet."
        columns={[
          { header: 'Table' },
          { header: 'Rows, about', align: 'end' },
          { header: 'Size', align: 'end' },
          { header: 'Dead rows', align: 'end' },
          { header: 'Vacuumed' },
        ]}
        rows={figures.tables.map((table) => ({
          key: table.name,
          cells: [
            <span key="name" className="font-mono text-sm">
              {table.name}
            </span>,
            formatCount(table.rows),
            formatBytes(table.bytes),
            formatCount(table.deadRows),
            <Time key="vacuum" at={table.lastVacuumAt} />,
          ],
        }))}
      />
    </Panel>
  );
}
