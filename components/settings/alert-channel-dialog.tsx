'use client';

import { type FormEvent, type ReactElement, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import { CheckboxLine, Input, Select } from '#components/ui/input.tsx';
import { ErrorNote } from '#components/ui/notes.tsx';
import { type ActionState, fieldError, useAction } from '#components/ui/use-action.ts';
import { AlertEvent } from '#lib/domain/alert-event.ts';
import type { ActionResult } from '#lib/protocol/action-result.ts';
import { createAlertChannelAction, editAlertChannelAction } from '../../app/(console)/settings/actions.ts';
import type { Channel } from './alerts.tsx';
import { EVENT_WORDS } from './event-words.ts';

type Entry = {
  kind: 'email' | 'webhook';
  name: string;
  target: string;
  secret: string;
  events: AlertEvent[];
  enabled: boolean;
};

const NEW: Entry = {
  kind: 'email',
  name: '',
  target: '',
  secret: '',
  events: ['campaign_auto_paused', 'campaign_stalled', 'approval_needed', 'offers_stopped', 'wave_waits'],
  enabled: true,
};

function entryOf(channel: Channel | undefined): Entry {
  if (!channel) return NEW;
  return {
    kind: channel.kind === 'webhook' ? 'webhook' : 'email',
    name: channel.name,
    target: channel.target,
    secret: '',
    events: AlertEvent.array().catch([]).parse(channel.events),
    enabled: channel.enabled,
  };
}

function fieldsOf({ kind, secret, ...common }: Entry) {
  return kind === 'email' ? { kind, ...common } : { kind, ...common, ...(secret ? { secret } : {}) };
}

type Saved = ActionResult<{ id: string }>;

/** Makes or changes a channel for alerts. */
export function AlertChannelDialog({ channel, trigger }: { channel?: Channel; trigger: ReactElement }) {
  const [open, setOpen] = useState(false);
  const [entry, setEntry] = useState(() => entryOf(channel));
  const action = useAction(
    (given: Entry): Promise<Saved> =>
      channel
        ? editAlertChannelAction({ id: channel.id, channel: fieldsOf(given) })
        : createAlertChannelAction(fieldsOf(given)),
  );
  const change = (next: boolean) => {
    setOpen(next);
    if (next) setEntry(entryOf(channel));
    action.clear();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await action.run(entry)) change(false);
  };
  return (
    <Dialog
      title={channel ? `Edit ${channel.name}` : 'New channel'}
      open={open}
      onOpenChange={change}
      trigger={trigger}
    >
      <form onSubmit={submit} className="grid gap-4">
        <Fields entry={entry} onChange={setEntry} action={action} signed={channel?.signed ?? false} />
        {action.error && <ErrorNote>{action.error.message}</ErrorNote>}
        <DialogActions>
          <Button onClick={() => change(false)}>Cancel</Button>
          <Button type="submit" look="primary" disabled={action.busy}>
            {action.busy ? 'Saving …' : 'Save'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

type FieldsProps = {
  entry: Entry;
  onChange(entry: Entry): void;
  action: Pick<ActionState<Entry, { id: string }>, 'error'>;
  signed: boolean;
};

function Fields({ entry, onChange, action, signed }: FieldsProps) {
  const error = (name: string) =>
    fieldError(action.error, name) ?? fieldError(action.error, `channel.${name}`);
  return (
    <>
      <Field label="Name" error={error('name')}>
        {(control) => (
          <Input
            {...control}
            required
            maxLength={80}
            value={entry.name}
            onChange={({ target }) => onChange({ ...entry, name: target.value })}
          />
        )}
      </Field>
      <Field label="Kind">
        {(control) => (
          <Select
            {...control}
            value={entry.kind}
            onChange={({ target }) =>
              onChange({ ...entry, kind: target.value === 'webhook' ? 'webhook' : 'email' })
            }
          >
            <option value="email">E-mail</option>
            <option value="webhook">Webhook</option>
          </Select>
        )}
      </Field>
      <Field label={entry.kind === 'email' ? 'Address' : 'URL'} error={error('target')}>
        {(control) => (
          <Input
            {...control}
            type={entry.kind === 'email' ? 'email' : 'url'}
            required
            value={entry.target}
            onChange={({ target }) => onChange({ ...entry, target: target.value })}
          />
        )}
      </Field>
      {entry.kind === 'webhook' && (
        <Field
          label="Secret"
          hint={
            signed
              ? 'Leave empty to keep the one that is set. The body is signed with it (HMAC-SHA256).'
              : 'The body is signed with it (HMAC-SHA256); at least 16 characters, or none.'
          }
          error={error('secret')}
        >
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="new-password"
              value={entry.secret}
              onChange={({ target }) => onChange({ ...entry, secret: target.value })}
            />
          )}
        </Field>
      )}
      <fieldset className="grid gap-x-4 sm:grid-cols-2">
        <legend className="mb-1 font-medium">Events</legend>
        {AlertEvent.options.map((event) => (
          <CheckboxLine
            key={event}
            label={EVENT_WORDS[event] ?? event}
            checked={entry.events.includes(event)}
            onChange={({ target }) =>
              onChange({
                ...entry,
                events: target.checked
                  ? [...entry.events, event]
                  : entry.events.filter((one) => one !== event),
              })
            }
          />
        ))}
        {error('events') && <p className="text-failed text-sm sm:col-span-2">✕ {error('events')}</p>}
      </fieldset>
      <CheckboxLine
        label="On"
        checked={entry.enabled}
        onChange={({ target }) => onChange({ ...entry, enabled: target.checked })}
      />
    </>
  );
}
