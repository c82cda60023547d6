'use client';

import { Fresh } from '#components/live/fresh.tsx';
import { useFreshness, useLiveView } from '#components/live/live-provider.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { Note } from '#components/ui/notes.tsx';
import { PageHeader } from '#components/ui/panel.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { DatabasePanel } from './database-panel.tsx';
import { OffersStop } from './offers-stop.tsx';
import { ProcessPanel } from './process-panel.tsx';
import { Queues } from './queues.tsx';
import { useRates } from './use-rates.ts';

export type HealthData = ViewValue<'health'>;

type HealthScreenProps = {
  initial: HealthData;
  externalBroker: boolean;
  can: { stop: boolean; allow: boolean };
};

/** Every part of the system: whether it lives, how fast it works, how far it is behind. */
export function HealthScreen({ initial, externalBroker, can }: HealthScreenProps) {
  const { data, problem } = useLiveView('health', {}, initial);
  const { state } = useFreshness();
  const rates = useRates(data);
  return (
    <>
      <PageHeader
        title="Health"
        actions={
          <>
            <ButtonLink href="/healthz" prefetch={false}>
              healthz
            </ButtonLink>
            <ButtonLink href="/metrics" prefetch={false}>
              Metrics
            </ButtonLink>
          </>
        }
      />
      {problem && (
        <Note tone="failed">
          The database cannot be read just now ({problem}); this is what was last known.
        </Note>
      )}
      {state === 'disconnected' && (
        <Note tone="failed">
          The connection to the web process is gone; what is shown was true when it went.
        </Note>
      )}
      <Fresh className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <OffersStop stop={data.offersStop} can={can} />
        <Queues data={data} rates={rates} />
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-2">
          <div className="grid min-w-0 gap-4">
            <ProcessPanel part="broker" title="Broker" data={data} rates={rates} external={externalBroker} />
            <ProcessPanel part="payload" title="Payload server" data={data} rates={rates} />
            <ProcessPanel part="web" title="Web" data={data} rates={rates} />
          </div>
          <ProcessPanel part="worker" title="Workers" data={data} rates={rates} />
        </div>
        <DatabasePanel data={data} />
      </Fresh>
    </>
  );
}
