'use client';

import { CheckboxLine } from '#components/ui/input.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { FailureClass, type PhaseTimeouts, type RolloutRate } from '#lib/domain/campaign-definition.ts';
import { NumberField } from './number-field.tsx';
import type { StepProps } from './step-props.ts';

const FAILURES: Record<FailureClass, string> = {
  download: 'Download failed',
  verification: 'Verification failed',
  installation: 'Installation failed',
  precondition: 'Precondition not met',
  timeout: 'Timed out',
  other: 'Anything else',
};

const TIMEOUTS: Record<keyof PhaseTimeouts, string> = {
  acknowledgeMinutes: 'Acknowledge',
  downloadMinutes: 'Download',
  installMinutes: 'Install',
  confirmMinutes: 'Prove by a report',
};

/** When it pauses by itself, how fast it goes, what is tried again, how long a phase may take. */
export function StepThresholds({ definition, change }: StepProps) {
  const { errorThreshold, rate, retry, timeouts } = definition;
  return (
    <div className="grid gap-4">
      <Panel title="Automatic pause">
        <div className="grid gap-4 sm:grid-cols-2">
          <NumberField
            label="Pause when more than, % of finished fail"
            value={round(errorThreshold.rate * 100)}
            onChange={(percent) =>
              change({ errorThreshold: { ...errorThreshold, rate: round(percent / 100) } })
            }
            min={0}
            max={100}
            step={0.01}
          />
          <NumberField
            label="Once at least so many have finished"
            value={errorThreshold.minimumSample}
            onChange={(minimumSample) => change({ errorThreshold: { ...errorThreshold, minimumSample } })}
            min={1}
            max={1_000_000}
          />
        </div>
        <p className="mt-3 text-muted">
          Failed, rolled back and timed out count as failures; vehicles that never answered count in neither.
        </p>
      </Panel>
      <RatePanel rate={rate} onChange={(next) => change({ rate: next })} />
      <Panel title="Retry by itself">
        <div className="grid gap-4 sm:grid-cols-3">
          {FailureClass.options.map((kind) => (
            <NumberField
              key={kind}
              label={FAILURES[kind]}
              value={retry.retries[kind] ?? 0}
              onChange={(times) =>
                change({ retry: { ...retry, retries: { ...retry.retries, [kind]: times } } })
              }
              min={0}
              max={10}
              hint={retry.retries[kind] ? 'times' : 'not retried'}
            />
          ))}
          <NumberField
            label="First wait, minutes"
            value={retry.backOffMinutes}
            onChange={(backOffMinutes) => change({ retry: { ...retry, backOffMinutes } })}
            min={0}
            max={10_080}
          />
          <NumberField
            label="Each next wait, times longer"
            value={retry.backOffFactor}
            onChange={(backOffFactor) => change({ retry: { ...retry, backOffFactor } })}
            min={1}
            max={10}
            step={0.1}
          />
        </div>
        <CheckboxLine
          className="mt-4"
          label="Offer it again to vehicles whose owner refused it before"
          checked={definition.offerAgainAfterRefusal}
          onChange={(event) => change({ offerAgainAfterRefusal: event.target.checked })}
        />
      </Panel>
      <Panel title="Time limits, minutes">
        <div className="grid gap-4 sm:grid-cols-4">
          {timeoutKeys.map((key) => (
            <NumberField
              key={key}
              label={TIMEOUTS[key]}
              value={timeouts[key]}
              onChange={(minutes) => change({ timeouts: { ...timeouts, [key]: minutes } })}
              min={1}
              max={10_080}
            />
          ))}
        </div>
        <p className="mt-3 text-muted">The clocks run only while the vehicle is online.</p>
      </Panel>
    </div>
  );
}

const timeoutKeys = ['acknowledgeMinutes', 'downloadMinutes', 'installMinutes', 'confirmMinutes'] as const;

function RatePanel({ rate, onChange }: { rate: RolloutRate; onChange(rate: RolloutRate): void }) {
  const { ramp } = rate;
  const set = (part: Partial<NonNullable<RolloutRate['ramp']>>) => {
    if (ramp) onChange({ ...rate, ramp: { ...ramp, ...part } });
  };
  return (
    <Panel title="Rate">
      <div className="grid gap-4 sm:grid-cols-4">
        <NumberField
          label="Offers a minute, at most"
          value={rate.maximumPerMinute}
          onChange={(maximumPerMinute) => onChange({ ...rate, maximumPerMinute })}
          min={1}
          max={1_000_000}
        />
        {ramp && (
          <>
            <NumberField
              label="Begin with, a minute"
              value={ramp.basePerMinute}
              onChange={(basePerMinute) => set({ basePerMinute })}
              min={1}
              max={1000}
            />
            <NumberField
              label="Grow by the factor"
              value={ramp.factor}
              onChange={(factor) => set({ factor })}
              min={1.1}
              max={5}
              step={0.1}
            />
            <NumberField
              label="after each successes"
              value={ramp.stepSuccesses}
              onChange={(stepSuccesses) => set({ stepSuccesses })}
              min={1}
              max={1_000_000}
            />
          </>
        )}
      </div>
      <CheckboxLine
        className="mt-4"
        label="Begin slowly and grow with successes"
        checked={ramp !== undefined}
        onChange={(event) =>
          onChange({
            maximumPerMinute: rate.maximumPerMinute,
            ...(event.target.checked ? { ramp: { basePerMinute: 50, factor: 2, stepSuccesses: 100 } } : {}),
          })
        }
      />
    </Panel>
  );
}

/** Without the digits that binary fractions add. */
function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
