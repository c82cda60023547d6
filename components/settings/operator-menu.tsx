'use client';

import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { CopyText } from '#components/ui/mono.tsx';
import { ErrorNote, Note } from '#components/ui/notes.tsx';
import { useAction } from '#components/ui/use-action.ts';
import {
  disableOperatorAction,
  enableOperatorAction,
  setOperatorPasswordAction,
} from '../../app/(console)/settings/actions.ts';
import { makePassword } from './make-password.ts';
import type { Operator } from './operators.tsx';

/** New password, disable, enable. */
export function OperatorMenu({ operator, self }: { operator: Operator; self: boolean }) {
  const enable = useAction(enableOperatorAction);
  const [reason, setReason] = useState('');
  return (
    <span className="inline-flex flex-wrap justify-end gap-1">
      <NewPassword operator={operator} />
      {!self && !operator.disabled && (
        <Confirm
          danger
          trigger={<Button size="small">Disable</Button>}
          title={`Disable ${operator.name}`}
          action="Disable"
          onConfirm={async () => {
            const answer = await disableOperatorAction({ id: operator.id, reason });
            return answer.ok ? undefined : answer.error.message;
          }}
        >
          <p>Every session ends at once and signing in is refused. What was done stays in the audit log.</p>
          <Field label="Reason" className="text-fg">
            {(control) => (
              <Input {...control} value={reason} onChange={({ target }) => setReason(target.value)} />
            )}
          </Field>
        </Confirm>
      )}
      {operator.disabled && (
        <Button size="small" disabled={enable.busy} onClick={() => void enable.run({ id: operator.id })}>
          Enable
        </Button>
      )}
      {enable.error && <ErrorNote>{enable.error.message}</ErrorNote>}
    </span>
  );
}

function NewPassword({ operator }: { operator: Operator }) {
  const [open, setOpen] = useState(false);
  const [password, setPassword] = useState<string>();
  const action = useAction(setOperatorPasswordAction);
  const change = (next: boolean) => {
    setOpen(next);
    setPassword(undefined);
    action.clear();
  };
  const set = async () => {
    const made = makePassword();
    if (await action.run({ id: operator.id, password: made })) setPassword(made);
  };
  return (
    <Dialog
      title={`New password for ${operator.name}`}
      open={open}
      onOpenChange={change}
      trigger={<Button size="small">New password</Button>}
    >
      {password ? (
        <Note tone="warning">
          <p className="font-medium">Hand it over now; it is not shown again.</p>
          <CopyText text={password} label="password" />
        </Note>
      ) : (
        <p className="text-muted">The old password is void and every session of {operator.name} ends.</p>
      )}
      {action.error && <ErrorNote className="mt-4">{action.error.message}</ErrorNote>}
      <DialogActions>
        <Button onClick={() => change(false)}>{password ? 'Done' : 'Cancel'}</Button>
        {!password && (
          <Button look="primary" disabled={action.busy} onClick={() => void set()}>
            {action.busy ? 'Setting …' : 'Set a new password'}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}
