'use client';

import { type FormEvent, useId, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { DialogActions } from '#components/ui/dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import { formatCount } from '#components/ui/format.ts';
import { Input } from '#components/ui/input.tsx';
import { ErrorNote } from '#components/ui/notes.tsx';
import { fieldError, useAction } from '#components/ui/use-action.ts';
import type { TargetFilter } from '#lib/domain/target-filter.ts';
import { tagVehiclesAction } from '../../app/(console)/fleet/actions.ts';

/** Above so many vehicles the number is typed first. */
const TYPED_ABOVE = 10_000;

export type TagSelection = {
  filter: TargetFilter;
  retired?: boolean;
  attention?: 'tcu_replaced' | 'blocked' | 'incomplete' | 'swapped';
};
type TagFormProps = {
  selection: TagSelection;
  count: number;
  addOnly?: boolean;
  /** The job is under way, or for a few vehicles done; given are the tags that it adds. */
  onDone(added: string[]): void;
};

/** Adds and removes tags of every vehicle of a selection, as a job. */
export function TagForm({ selection, count, addOnly = false, onDone }: TagFormProps) {
  const [add, setAdd] = useState('');
  const [remove, setRemove] = useState('');
  const [typed, setTyped] = useState('');
  const action = useAction(tagVehiclesAction);
  const id = useId();
  const needed = String(count);
  const order = { add: tagsOf(add), remove: tagsOf(remove) };
  const blocked =
    action.busy ||
    count === 0 ||
    order.add.length + order.remove.length === 0 ||
    (count > TYPED_ABOVE && typed.replaceAll(/\D/g, '') !== needed);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (await action.run({ selection, ...order })) onDone(order.add);
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field label="Add tags" hint="Parted by commas" error={fieldError(action.error, 'add')}>
        {(control) => (
          <Input
            {...control}
            value={add}
            onChange={({ target }) => setAdd(target.value)}
            autoComplete="off"
          />
        )}
      </Field>
      {!addOnly && (
        <Field label="Remove tags" error={fieldError(action.error, 'remove')}>
          {(control) => (
            <Input
              {...control}
              value={remove}
              onChange={({ target }) => setRemove(target.value)}
              autoComplete="off"
            />
          )}
        </Field>
      )}
      {count > TYPED_ABOVE && (
        <div className="grid gap-1">
          <label htmlFor={id}>
            Type <strong className="font-mono">{needed}</strong>, the number of vehicles, to confirm
          </label>
          <Input
            id={id}
            inputMode="numeric"
            autoComplete="off"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        </div>
      )}
      {action.error && <ErrorNote>{action.error.message}</ErrorNote>}
      <DialogActions>
        <Button type="submit" look="primary" disabled={blocked}>
          {action.busy ? 'Asking …' : `Tag ${formatCount(count)} ${count === 1 ? 'vehicle' : 'vehicles'}`}
        </Button>
      </DialogActions>
    </form>
  );
}

function tagsOf(text: string): string[] {
  return text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}
