'use client';

import { Bookmark, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import { CheckboxLine, Input } from '#components/ui/input.tsx';
import { ErrorNote } from '#components/ui/notes.tsx';
import { fieldError, useAction } from '#components/ui/use-action.ts';
import type { TargetFilter } from '#lib/domain/target-filter.ts';
import { deleteViewAction, saveViewAction } from '../../app/(console)/fleet/actions.ts';

export type SavedView = {
  id: string;
  name: string;
  query: string;
  shared: boolean;
  ownerName: string;
  own: boolean;
};

/** Views of a list that were saved, one's own and those that others share; and saving this one. */
export function SavedViews({
  views,
  query,
  filter,
  page = 'fleet',
}: {
  views: SavedView[];
  query: string;
  filter?: TargetFilter;
  /** The list's name, which is its address too. */
  page?: 'fleet' | 'campaigns';
}) {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const router = useRouter();
  const save = useAction(saveViewAction);
  const remove = useAction(deleteViewAction);

  const submit = async () => {
    if (!(await save.run({ page, name, query, shared, ...(filter ? { filter } : {}) }))) return;
    setName((now) => (now === name ? '' : now));
    router.refresh();
  };
  const drop = async (id: string) => {
    if (await remove.run({ id })) router.refresh();
  };
  return (
    <Dialog
      title="Saved views"
      description="A view is the filter, the order and everything else in this page's address."
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button type="button" className={buttonClass()}>
          <Bookmark aria-hidden /> Views
        </button>
      }
    >
      <ul className="mb-5 grid gap-1">
        {views.length === 0 && <li className="text-muted">No view is saved yet.</li>}
        {views.map((view) => (
          <li key={view.id} className="flex min-h-8 items-center gap-2 rounded-md px-2 hover:bg-raised">
            <Link
              href={`/${page}?${view.query}`}
              onClick={() => setOpen(false)}
              className="min-w-0 flex-1 truncate py-1 font-medium hover:underline"
            >
              {view.name}
            </Link>
            <span className="text-muted text-sm">
              {view.own ? (view.shared ? 'shared' : 'yours') : view.ownerName}
            </span>
            {view.own && (
              <Button
                size="small-icon"
                look="quiet"
                aria-label={`Delete the view ${view.name}`}
                onClick={() => void drop(view.id)}
              >
                <Trash2 aria-hidden />
              </Button>
            )}
          </li>
        ))}
      </ul>
      <form
        className="grid gap-3 border-line border-t pt-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Field label="Save what is shown now as" error={fieldError(save.error, 'name')}>
          {(control) => (
            <Input
              {...control}
              value={name}
              maxLength={80}
              required
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <CheckboxLine
          label="Share it with all operators"
          checked={shared}
          onChange={(event) => setShared(event.target.checked)}
        />
        {(save.error ?? remove.error) && <ErrorNote>{(save.error ?? remove.error)?.message}</ErrorNote>}
        <DialogActions>
          <Button type="submit" look="primary" disabled={save.busy || name.trim() === ''}>
            Save view
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
