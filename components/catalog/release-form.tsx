'use client';

import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { CheckboxLine, Input, Select, Textarea } from '#components/ui/input.tsx';
import { ErrorNote } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import type { ReleaseDefinition } from '#lib/domain/release.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { DependencyFields } from './dependency-fields.tsx';
import { FromVersionFields } from './from-version-fields.tsx';
import { type DraftProblem, type ReleaseDraft, readDraft } from './release-draft.ts';
import { UserTextFields } from './user-text-fields.tsx';

export type DraftPart = {
  draft: ReleaseDraft;
  change(part: Partial<ReleaseDraft>): void;
  problem(path: string): string | undefined;
};

type Props = {
  initial: ReleaseDraft;
  types: ViewValue<'catalog'>['types'];
  releases: ViewValue<'catalog'>['releases'];
  submitLabel: string;
  busy: boolean;
  error: string | undefined;
  actions?: ReactNode;
  onSubmit(definition: ReleaseDefinition): Promise<void>;
};

/** The definition of a release: what it is for, what it needs, what people are told. */
export function ReleaseForm({
  initial,
  types,
  releases,
  submitLabel,
  busy,
  error,
  actions,
  onSubmit,
}: Props) {
  const [draft, setDraft] = useState(initial);
  const [problems, setProblems] = useState<DraftProblem[]>([]);
  const change = (part: Partial<ReleaseDraft>) => setDraft((current) => ({ ...current, ...part }));
  const problem = (path: string) =>
    problems.find((candidate) => candidate.path === path || candidate.path.startsWith(`${path}.`))?.message;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const read = readDraft(draft);
    setProblems(read.ok ? [] : read.problems);
    if (read.ok) await onSubmit(read.definition);
  };
  const part: DraftPart = { draft, change, problem };
  const known = releases.filter(({ ecuType }) => ecuType === draft.ecuType).map(({ version }) => version);

  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Panel title="What it is">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="ECU type" error={problem('ecuType')}>
            {(control) => (
              <Select
                {...control}
                value={draft.ecuType}
                onChange={(event) => change({ ecuType: event.target.value })}
              >
                {types.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </Select>
            )}
          </Field>
          <Field
            label="Version"
            hint="Exactly as the ECU will report it; \x00 for a NUL."
            error={problem('version')}
          >
            {(control) => (
              <Input
                {...control}
                className="font-mono"
                spellCheck={false}
                autoComplete="off"
                value={draft.version}
                onChange={(event) => change({ version: event.target.value })}
              />
            )}
          </Field>
          <Field
            label="Hardware versions"
            hint="One a line; other hardware is left out."
            error={problem('hardwareVersions')}
          >
            {(control) => (
              <Textarea
                {...control}
                rows={3}
                className="font-mono"
                spellCheck={false}
                value={draft.hardware}
                onChange={(event) => change({ hardware: event.target.value })}
              />
            )}
          </Field>
          <Field label="Release notes" error={problem('notes')}>
            {(control) => (
              <Textarea
                {...control}
                rows={3}
                value={draft.notes}
                onChange={(event) => change({ notes: event.target.value })}
              />
            )}
          </Field>
        </div>
      </Panel>
      <Panel title="Where it may be installed">
        <div className="grid gap-5">
          <FromVersionFields {...part} />
          <DependencyFields {...part} types={types} releases={releases} />
          <Field
            label="May be rolled back to"
            hint="Earlier versions that a rollback campaign may return to from this release, one a line."
            error={problem('rollbackTo')}
          >
            {(control) => (
              <Textarea
                {...control}
                rows={2}
                className="font-mono"
                placeholder={known.slice(0, 2).join('\n')}
                value={draft.rollbackTo}
                onChange={(event) => change({ rollbackTo: event.target.value })}
              />
            )}
          </Field>
        </div>
      </Panel>
      <Panel title="Conditions in the vehicle">
        <div className="grid gap-4 sm:grid-cols-3">
          <Field label="Least battery charge, %" error={problem('preconditions.minimumBatteryPercent')}>
            {(control) => (
              <Input
                {...control}
                type="number"
                min={0}
                max={100}
                value={draft.minimumBatteryPercent}
                onChange={(event) => change({ minimumBatteryPercent: event.target.value })}
              />
            )}
          </Field>
          <Field label="Ignition">
            {(control) => (
              <Select
                {...control}
                value={draft.ignition}
                onChange={(event) => change({ ignition: event.target.value as ReleaseDraft['ignition'] })}
              >
                <option value="any">On or off</option>
                <option value="off">Off</option>
                <option value="on">On</option>
              </Select>
            )}
          </Field>
          <div className="grid content-end gap-1">
            <CheckboxLine
              label="The vehicle is parked"
              checked={draft.parked}
              onChange={(event) => change({ parked: event.target.checked })}
            />
            <CheckboxLine
              label="By a skilled person only"
              checked={draft.skilledPersonOnly}
              onChange={(event) => change({ skilledPersonOnly: event.target.checked })}
            />
          </div>
        </div>
      </Panel>
      <Panel title="What the vehicle’s user is told">
        <UserTextFields {...part} />
      </Panel>
      {problems.length > 0 && (
        <ErrorNote>
          {problems.length === 1 ? 'One entry needs' : `${problems.length} entries need`} another look:{' '}
          {problems.map(({ path, message }) => `${path}: ${message}`).join('; ')}
        </ErrorNote>
      )}
      {error && <ErrorNote>{error}</ErrorNote>}
      <div className="flex flex-wrap justify-end gap-2">
        {actions}
        <Button type="submit" look="primary" disabled={busy}>
          {busy ? 'Saving …' : submitLabel}
        </Button>
      </div>
    </form>
  );
}
