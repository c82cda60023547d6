import Link from 'next/link';
import type { ReactNode } from 'react';
import { Version } from '#components/ui/mono.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Time } from '#components/ui/time.tsx';
import { describeFromVersions } from '#lib/domain/describe-reason.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { catalogRoutes } from './catalog-routes.ts';

type Props = {
  release: NonNullable<ViewValue<'release'>>;
  releases: ViewValue<'catalog'>['releases'];
};

/** The definition of a release that is no draft any more. */
export function ReleaseSummary({ release, releases }: Props) {
  const { definition } = release;
  const { preconditions, userInformation, dependencies } = definition;
  return (
    <Panel title="Definition">
      <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[12rem_1fr]">
        <Line name="Hardware">
          <List texts={definition.hardwareVersions} />
        </Line>
        <Line name="May be installed over">{describeFromVersions(definition.fromVersions)}</Line>
        <Line name="Needs">
          {dependencies.length === 0 ? (
            'nothing on other ECUs'
          ) : (
            <ul className="grid gap-1">
              {dependencies.map((need) => {
                const target = releases.find(
                  ({ ecuType, version }) => ecuType === need.ecuType && version === need.minimumVersion,
                );
                const name = `${need.ecuType} ${need.minimumVersion} or newer`;
                return (
                  <li key={name}>
                    {target ? (
                      <Link href={catalogRoutes.release(target.id)} className="text-accent hover:underline">
                        {name}
                      </Link>
                    ) : (
                      name
                    )}
                    , {need.maySameCampaign ? 'may come in the same campaign' : 'installed before'}
                  </li>
                );
              })}
            </ul>
          )}
        </Line>
        <Line name="Vehicle">
          {[
            preconditions.parked ? 'parked' : 'parked or driving',
            preconditions.minimumBatteryPercent > 0 &&
              `battery at ${preconditions.minimumBatteryPercent} % or more`,
            preconditions.ignition !== 'any' && `ignition ${preconditions.ignition}`,
            definition.skilledPersonOnly && 'by a skilled person only',
          ]
            .filter(Boolean)
            .join(', ')}
        </Line>
        <Line name="Rollback to">
          {definition.rollbackTo.length === 0 ? 'not allowed' : <List texts={definition.rollbackTo} />}
        </Line>
        <Line name="User is told">
          {Object.keys(userInformation).length === 0
            ? 'nothing'
            : Object.entries(userInformation).map(([language, text]) => (
                <p key={language} lang={language}>
                  <span className="font-mono text-muted text-sm">{language}</span> {text.what} Takes{' '}
                  {text.howLongMinutes} min.
                  {text.unavailable && ` Not available meanwhile: ${text.unavailable}`}
                </p>
              ))}
        </Line>
        <Line name="Notes">
          <span className="whitespace-pre-wrap">{definition.notes || 'none'}</span>
        </Line>
        <Line name="Drafted">
          by {release.createdBy}, <Time at={release.createdAt} />
        </Line>
        <Line name="Released">
          <Time at={release.releasedAt} absent="not yet" />
        </Line>
      </dl>
    </Panel>
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

function List({ texts }: { texts: string[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      {texts.map((text) => (
        <li key={text}>
          <Version text={text} />
        </li>
      ))}
    </ul>
  );
}
