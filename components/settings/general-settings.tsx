'use client';

import { type FormEvent, useState } from 'react';
import { toast } from 'sonner';
import { useLiveView } from '#components/live/live-provider.tsx';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { CheckboxLine, Input } from '#components/ui/input.tsx';
import { ErrorNote, Note } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { fieldError, useAction } from '#components/ui/use-action.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { changeSettingsAction } from '../../app/(console)/settings/actions.ts';

type SettingsData = ViewValue<'settings'>;
type NumberKey = Exclude<keyof SettingsData, 'autoRegistration'>;

const NUMBERS: { key: NumberKey; label: string; unit: string; hint: string }[] = [
  {
    key: 'stallMinutes',
    label: 'A wave counts as stalled after',
    unit: 'minutes',
    hint: 'without news while vehicles are still expected',
  },
  {
    key: 'quarantineRetentionDays',
    label: 'Keep closed quarantine rows',
    unit: 'days',
    hint: 'with the bytes of their messages',
  },
  {
    key: 'timelineRetentionDays',
    label: 'Keep vehicles’ timelines',
    unit: 'days',
    hint: 'every event of every vehicle',
  },
  {
    key: 'directorDocumentRetentionDays',
    label: 'Keep signed Director documents',
    unit: 'days',
    hint: 'the evidence of what a vehicle was told',
  },
  {
    key: 'alertLogRetentionDays',
    label: 'Keep the log of alerts',
    unit: 'days',
    hint: 'deliveries and their errors',
  },
];

/** Settings of the installation; only what was changed is sent. */
export function GeneralSettings({ initial }: { initial: SettingsData }) {
  const { data } = useLiveView('settings', {}, initial);
  const [changes, setChanges] = useState<Partial<Record<NumberKey, string>> & { autoRegistration?: boolean }>(
    {},
  );
  const action = useAction(changeSettingsAction);
  const { autoRegistration = data.autoRegistration, ...numbers } = changes;
  const dirty =
    autoRegistration !== data.autoRegistration ||
    NUMBERS.some(({ key }) => isChanged(numbers[key], data[key]));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const changed = NUMBERS.filter(({ key }) => isChanged(numbers[key], data[key]));
    const saved = await action.run({
      ...(autoRegistration === data.autoRegistration ? {} : { autoRegistration }),
      ...Object.fromEntries(changed.map(({ key }) => [key, Number(numbers[key])])),
    });
    if (!saved) return;
    // What was typed meanwhile stays.
    setChanges((now) =>
      Object.fromEntries(Object.entries(now).filter(([key, value]) => value !== Reflect.get(changes, key))),
    );
    toast('Settings saved');
  };
  return (
    <Panel title="General">
      <form onSubmit={submit} className="grid max-w-xl gap-5">
        <div className="grid gap-1">
          <CheckboxLine
            label="Unknown vehicles register themselves"
            checked={autoRegistration}
            onChange={({ target }) => setChanges({ ...changes, autoRegistration: target.checked })}
          />
          <p className="pl-6 text-muted text-sm">
            A TCU with an unknown VIN becomes a vehicle without master data. It is offered nothing until a
            person completes it. Off, its messages stand in quarantine.
          </p>
        </div>
        {NUMBERS.map(({ key, label, unit, hint }) => (
          <Field key={key} label={label} hint={hint} error={fieldError(action.error, key)}>
            {(control) => (
              <span className="flex items-center gap-2">
                <Input
                  {...control}
                  inputMode="numeric"
                  pattern="[0-9]+"
                  required
                  className="w-28"
                  value={numbers[key] ?? String(data[key])}
                  onChange={({ target }) => setChanges({ ...changes, [key]: target.value })}
                />
                <span className="text-muted">{unit}</span>
              </span>
            )}
          </Field>
        ))}
        {action.error && <ErrorNote>{action.error.message}</ErrorNote>}
        {dirty && <Note tone="held">Not saved yet.</Note>}
        <div className="flex gap-2">
          <Button type="submit" look="primary" disabled={!dirty || action.busy}>
            {action.busy ? 'Saving …' : 'Save'}
          </Button>
          {dirty && <Button onClick={() => setChanges({})}>Discard</Button>}
        </div>
      </form>
    </Panel>
  );
}

function isChanged(text: string | undefined, value: number): boolean {
  return text !== undefined && text !== String(value);
}
