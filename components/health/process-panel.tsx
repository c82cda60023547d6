import { formatCount, formatDuration } from '#components/ui/format.ts';
import { Panel } from '#components/ui/panel.tsx';
import { Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { type Detail, detailsOf } from './detail-words.ts';
import type { HealthData } from './health-screen.tsx';
import type { Rates } from './use-rates.ts';

type ProcessPanelProps = {
  part: string;
  title: string;
  data: HealthData;
  rates: Rates;
  /** Not ours: it says nothing of itself. */
  external?: boolean;
};

/** A process says "alive" every 2 s. */
const LATE_MS = 6_000;
const GONE_MS = 10_000;

/** All instances of one part with what they say of themselves. */
export function ProcessPanel({ part, title, data, rates, external = false }: ProcessPanelProps) {
  const instances = data.processes.filter(({ name }) => name === part);
  const alive = instances.filter(({ ageMs }) => ageMs < GONE_MS);
  return (
    <Panel title={title} actions={<Alive count={alive.length} external={external} />}>
      <div className="grid gap-4" data-testid={`part-${part}`}>
        {instances.length === 0 && (
          <p className="text-muted">
            {external
              ? 'An external broker; what the workers say of their connection to it stands beside.'
              : `No ${part} process says “alive”. Start it, or look at its log.`}
          </p>
        )}
        {instances.map((one) => (
          <div key={one.instance} className="grid gap-2">
            <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <Heart ageMs={one.ageMs} />
              <span className="break-all font-mono text-sm">{one.instance}</span>
              <span className="text-muted text-sm">
                started <Time at={one.startedAt} />
              </span>
            </p>
            <dl className="grid grid-cols-2 gap-x-6 gap-y-1 sm:grid-cols-3">
              {detailsOf(one.details).map((detail) => (
                <Line
                  key={detail.key}
                  detail={detail}
                  rate={rates.of(`${one.name} ${one.instance}`, detail.key)}
                />
              ))}
            </dl>
          </div>
        ))}
      </div>
    </Panel>
  );
}

function Alive({ count, external }: { count: number; external: boolean }) {
  if (count > 0) return <Status tone="done">{count === 1 ? 'Alive' : `${formatCount(count)} alive`}</Status>;
  return external ? <Status tone="offline">External</Status> : <Status tone="failed">Away</Status>;
}

function Heart({ ageMs }: { ageMs: number }) {
  if (ageMs >= GONE_MS) return <Status tone="failed">No sign of life for {formatDuration(ageMs)}</Status>;
  return ageMs >= LATE_MS ? (
    <Status tone="warning">Late: {formatDuration(ageMs)}</Status>
  ) : (
    <Status tone="done">Alive</Status>
  );
}

function Line({ detail, rate }: { detail: Detail; rate: number | undefined }) {
  return (
    <div className="flex min-w-0 flex-wrap items-baseline justify-between gap-x-2 border-line/60 border-b">
      <dt className="text-muted">{detail.label}</dt>
      <dd className={detail.bad ? 'break-all font-medium text-failed' : 'break-all'}>
        {detail.bad && <span aria-hidden>✕ </span>}
        {detail.value}
        {detail.counter && rate !== undefined && rate > 0 && (
          <span className="text-muted text-sm">
            {' '}
            +{rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate))}/s
          </span>
        )}
      </dd>
    </div>
  );
}
