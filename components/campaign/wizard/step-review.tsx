'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { catalogRoutes } from '#components/catalog/catalog-routes.ts';
import { formatCount, formatDuration } from '#components/ui/format.ts';
import { CopyText, Version } from '#components/ui/mono.tsx';
import { Note } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { describeWaveSize, describeWindow, planSentence } from '#lib/domain/plan-sentence.ts';
import { END_BEHAVIOURS } from '../end-behaviours.ts';
import type { StepProps } from './step-props.ts';
import { problemsOf, STEP_TITLES, warningsOf } from './steps.ts';

/** The plan as one sentence, its digest, and what is still missing. */
export function StepReview({
  definition,
  releases,
  impact,
  dryRun,
  goTo,
  launch,
}: StepProps & { launch: ReactNode }) {
  const chosen = definition.releaseIds.flatMap((id) => releases.filter((release) => release.id === id));
  const problems = problemsOf(definition, impact.data);
  const warnings = warningsOf(definition, dryRun.data);
  const { data } = impact;
  return (
    <div className="grid gap-4">
      {problems.length > 0 && (
        <Note tone="warning" role="status">
          <p className="font-medium">Not ready yet:</p>
          <ul className="mt-1 grid gap-1">
            {problems.map(({ step, message }) => (
              <li key={message}>
                {message}{' '}
                <button type="button" className="min-h-6 text-accent underline" onClick={() => goTo(step)}>
                  Go to {STEP_TITLES[step]}
                </button>
              </li>
            ))}
          </ul>
        </Note>
      )}
      {warnings.map(({ message }) => (
        <Note key={message} tone="warning">
          {message}
        </Note>
      ))}
      <Panel title="The plan">
        {data ? (
          <p className="max-w-prose text-lg" data-testid="plan-sentence">
            {planSentence(definition, {
              releases: chosen,
              eligible: data.eligible,
              excluded: data.excluded + data.waiting,
            })}
          </p>
        ) : (
          <Skeleton className="h-12" />
        )}
        {data && (
          <p className="mt-3 flex flex-wrap items-center gap-x-2 text-muted">
            Impact digest <CopyText text={data.digest} label="impact digest" short={20} className="text-sm" />
          </p>
        )}
        <p className="mt-1 max-w-prose text-muted text-sm">
          What you confirm is bound to this digest and to these figures: if the impact is another one when the
          server carries it out, it asks again.
        </p>
      </Panel>
      <Panel title="In detail">
        <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[10rem_1fr]">
          <Line name="Releases">
            <ul className="grid gap-1">
              {chosen.map((release) => (
                <li key={release.id}>
                  <Link href={catalogRoutes.release(release.id)} className="text-accent hover:underline">
                    {release.ecuType} <Version text={release.version} />
                  </Link>
                </li>
              ))}
            </ul>
          </Line>
          <Line name="Vehicles">
            {definition.kind === 'static'
              ? 'those at the start'
              : 'those at the start and all that join later'}
          </Line>
          <Line name="Waves">
            <ol className="grid gap-1">
              {definition.waves.map((wave, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a wave has no identity but its place.
                <li key={index}>
                  {index + 1}. {wave.name}: {describeWaveSize(wave)}
                  {index < definition.waves.length - 1 && (
                    <span className="text-muted">
                      {' '}
                      · next after {formatCount(wave.gate.minimumSample)} finished with{' '}
                      {Math.round(wave.gate.successThreshold * 10_000) / 100} % success
                      {wave.gate.soakMinutes > 0 &&
                        `, ${formatDuration(wave.gate.soakMinutes * 60_000)} later`}
                      {wave.gate.manual && ', opened by a person'}
                    </span>
                  )}
                </li>
              ))}
            </ol>
          </Line>
          <Line name="Windows">
            {definition.schedule.windows.length === 0
              ? 'any time'
              : definition.schedule.windows.map(describeWindow).join('; ')}
          </Line>
          <Line name="At the end">{END_BEHAVIOURS[definition.schedule.endBehaviour]}</Line>
          <Line name="Delivery">
            {definition.delivery === 'broadcast' ? 'one message to many' : 'one message to each vehicle'}, QoS{' '}
            {definition.qos}, priority {definition.priority}
          </Line>
          <Line name="Overlaps">
            {definition.overlap === 'exclude'
              ? 'vehicles that a campaign with higher priority wants are left out'
              : 'vehicles wait for a campaign with higher priority'}
          </Line>
          {definition.allowSkilledPersonOnly && (
            <Line name="Skilled persons">also what only they may install is offered</Line>
          )}
          <Line name="Approvals">{definition.requiredApprovals || 'none'}</Line>
        </dl>
      </Panel>
      {launch}
    </div>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
