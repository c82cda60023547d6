'use client';

import { type FormEvent, type ReactElement, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input, Select } from '#components/ui/input.tsx';
import { CopyText } from '#components/ui/mono.tsx';
import { ErrorNote, Note } from '#components/ui/notes.tsx';
import { fieldError, useAction } from '#components/ui/use-action.ts';
import { Role } from '#lib/domain/permissions.ts';
import { createOperatorAction } from '../../app/(console)/settings/actions.ts';
import { makePassword } from './make-password.ts';

type Entry = { name: string; email: string; role: Role };
const EMPTY: Entry = { name: '', email: '', role: 'viewer' };

/** Makes an operator with a first password, which is shown this once. */
export function CreateOperator({ trigger }: { trigger: ReactElement }) {
  const [open, setOpen] = useState(false);
  const [entry, setEntry] = useState(EMPTY);
  const [password, setPassword] = useState<string>();
  const action = useAction(createOperatorAction);
  const change = (next: boolean) => {
    setOpen(next);
    if (next) return;
    if (password) setEntry(EMPTY);
    setPassword(undefined);
    action.clear();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = makePassword();
    if (await action.run({ ...entry, password: made })) setPassword(made);
  };
  return (
    <Dialog
      title={password ? 'Operator created' : 'New operator'}
      open={open}
      onOpenChange={change}
      trigger={trigger}
    >
      {password ? (
        <>
          <Note tone="warning">
            <p className="font-medium">Hand over the password now; it is not shown again.</p>
            <CopyText text={password} label="password" />
          </Note>
          <DialogActions>
            <Button look="primary" onClick={() => change(false)}>
              Done
            </Button>
          </DialogActions>
        </>
      ) : (
        <form onSubmit={submit} className="grid gap-4">
          <Field label="Name" error={fieldError(action.error, 'name')}>
            {(control) => (
              <Input
                {...control}
                required
                value={entry.name}
                onChange={({ target }) => setEntry({ ...entry, name: target.value })}
              />
            )}
          </Field>
          <Field label="E-mail" error={fieldError(action.error, 'email')}>
            {(control) => (
              <Input
                {...control}
                type="email"
                required
                autoComplete="off"
                value={entry.email}
                onChange={({ target }) => setEntry({ ...entry, email: target.value })}
              />
            )}
          </Field>
          <Field label="Role" hint="The first password is made for you and shown once.">
            {(control) => (
              <Select
                {...control}
                value={entry.role}
                onChange={({ target }) => setEntry({ ...entry, role: Role.parse(target.value) })}
              >
                {Role.options.map((role) => (
                  <option key={role} value={role}>
                    {role}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {action.error && <ErrorNote>{action.error.message}</ErrorNote>}
          <DialogActions>
            <Button onClick={() => change(false)}>Cancel</Button>
            <Button type="submit" look="primary" disabled={action.busy}>
              {action.busy ? 'Creating …' : 'Create'}
            </Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}
