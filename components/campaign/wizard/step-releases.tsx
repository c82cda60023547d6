'use client';

import Link from 'next/link';
import { useState } from 'react';
import { catalogRoutes } from '#components/catalog/catalog-routes.ts';
import { installedHref } from '#components/catalog/fleet-href.ts';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { formatBytes, formatCount } from '#components/ui/format.ts';
import { Checkbox, CheckboxLine, Input, Select } from '#components/ui/input.tsx';
import { Version } from '#components/ui/mono.tsx';
import { Note } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { useRovingRows } from '#components/ui/use-roving-rows.ts';
import { missingNeeds } from './missing-needs.ts';
import { NumberField } from './number-field.tsx';
import type { StepProps } from './step-props.ts';

/** What is installed, and how the offer travels. */
export function StepReleases({ definition, change, releases, releasesInAll }: StepProps) {
  const [text, setText] = useState('');
  const chosen = new Set(definition.releaseIds);
  const wanted = text.trim().toLowerCase();
  const offered = releases
    .filter(
      (release) =>
        chosen.has(release.id) ||
        (release.state === 'released' &&
          `${release.ecuType} ${release.version}`.toLowerCase().includes(wanted)),
    )
    .sort((a, b) => a.ecuType.localeCompare(b.ecuType) || b.releaseCounter - a.releaseCounter);
  const toggle = (id: string) =>
    change({
      releaseIds: chosen.has(id)
        ? definition.releaseIds.filter((other) => other !== id)
        : [...definition.releaseIds, id],
    });
  const { tabIndexOf, ...roving } = useRovingRows(offered.map(({ id }) => id));
  const needs = missingNeeds(definition.releaseIds, releases);
  return (
    <div className="grid gap-4">
      <Panel title="Releases" flush>
        <div className="border-line border-b p-3">
          <Input
            type="search"
            aria-label="Search releases"
            placeholder="ECU type or version"
            className="max-w-80"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <div className="max-h-[26rem] overflow-y-auto" {...roving}>
          <PlainTable
            label="Releases to choose from"
            empty={
              <>
                No released release fits. Release one in the{' '}
                <Link href="/catalog" className="text-accent underline">
                  catalog
                </Link>{' '}
                first.
              </>
            }
            columns={[
              { header: <span className="sr-only">Chosen</span> },
              { header: 'ECU type' },
              { header: 'Version' },
              { header: 'Needs' },
              { header: 'Size', align: 'end' },
              { header: 'Installed on', align: 'end' },
            ]}
            rows={offered.map((release) => ({
              key: release.id,
              cells: [
                <span key="choose" className="grid size-6 place-items-center">
                  <Checkbox
                    aria-label={`${release.ecuType} ${release.version}`}
                    tabIndex={tabIndexOf(release.id)}
                    checked={chosen.has(release.id)}
                    onChange={() => toggle(release.id)}
                  />
                </span>,
                <span key="type" className="whitespace-nowrap">
                  {release.ecuType}
                </span>,
                <Link
                  key="version"
                  href={catalogRoutes.release(release.id)}
                  className="hover:underline"
                  tabIndex={tabIndexOf(release.id)}
                >
                  <Version text={release.version} />
                </Link>,
                <span key="needs" className="text-sm">
                  {release.dependencies
                    .map((need) => `${need.ecuType} ≥ ${need.minimumVersion}`)
                    .join(', ') || '–'}
                </span>,
                release.artifactLength === null ? '–' : formatBytes(release.artifactLength),
                <Link
                  key="installed"
                  prefetch={false}
                  href={installedHref(release.ecuType, release.version)}
                  className="hover:underline"
                  aria-label={`Installed on ${formatCount(release.installedOn)} vehicles`}
                  tabIndex={tabIndexOf(release.id)}
                >
                  {formatCount(release.installedOn)}
                </Link>,
              ],
            }))}
          />
        </div>
        {releases.length < releasesInAll && (
          <p className="border-line border-t px-4 py-2 text-muted">
            To choose from are the newest {formatCount(releases.length)} of {formatCount(releasesInAll)}{' '}
            releases. An older one begins a campaign from its own page in the{' '}
            <Link href="/catalog?view=releases" className="text-accent underline">
              catalog
            </Link>
            .
          </p>
        )}
      </Panel>
      {needs.map(({ release, need, provider }) => (
        <Note key={`${release.id} ${need.ecuType}`} tone="warning">
          <p>
            {release.ecuType} {release.version} needs {need.ecuType} {need.minimumVersion} or newer. Vehicles
            that do not have it are left out.
          </p>
          {provider && (
            <Button size="small" className="mt-2" onClick={() => toggle(provider.id)}>
              Add {provider.ecuType} {provider.version}
            </Button>
          )}
        </Note>
      ))}
      <p className="text-muted">
        Several releases are installed as one set, all or nothing, in the order that their needs demand.
      </p>
      <Panel title="Delivery">
        <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-4">
          <Field label="Messages">
            {(control) => (
              <Select
                {...control}
                value={definition.delivery}
                onChange={(event) =>
                  change({ delivery: event.target.value === 'broadcast' ? 'broadcast' : 'targeted' })
                }
              >
                <option value="targeted">One to each vehicle</option>
                <option value="broadcast">One to many (announcement)</option>
              </Select>
            )}
          </Field>
          <Field label="Acknowledged delivery" hint={QOS_HINTS[definition.qos]}>
            {(control) => (
              <Select
                {...control}
                value={definition.qos}
                onChange={(event) => change({ qos: qosOf(event.target.value) })}
              >
                <option value={0}>QoS 0</option>
                <option value={1}>QoS 1</option>
                <option value={2}>QoS 2</option>
              </Select>
            )}
          </Field>
          <NumberField
            label="Priority"
            hint="Higher wins where campaigns want the same ECU."
            value={definition.priority}
            onChange={(priority) => change({ priority })}
            min={0}
            max={100}
          />
          {definition.delivery === 'broadcast' && (
            <NumberField
              label="Answers spread, seconds"
              value={definition.spreadSeconds}
              onChange={(spreadSeconds) => change({ spreadSeconds })}
              min={0}
              max={86_400}
            />
          )}
        </div>
        <CheckboxLine
          className="mt-4"
          label="Rollback campaign: returns vehicles to an earlier release, where the release they leave allows it"
          checked={definition.rollback}
          onChange={(event) => change({ rollback: event.target.checked })}
        />
        <CheckboxLine
          className="mt-2"
          label="Leave out vehicles whose ECUs a campaign with higher priority wants; otherwise they wait for it"
          checked={definition.overlap === 'exclude'}
          onChange={(event) => change({ overlap: event.target.checked ? 'exclude' : 'wait' })}
        />
        <CheckboxLine
          className="mt-2"
          label="Carried out by skilled persons: also offer what only they may install"
          checked={definition.allowSkilledPersonOnly}
          onChange={(event) => change({ allowSkilledPersonOnly: event.target.checked })}
        />
      </Panel>
    </div>
  );
}

const QOS_HINTS = ['Sent once, never acknowledged.', 'At least once, acknowledged.', 'Exactly once.'];

function qosOf(text: string): 0 | 1 | 2 {
  return text === '0' ? 0 : text === '2' ? 2 : 1;
}
