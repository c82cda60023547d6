'use client';

import { type FormEvent, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import { Select, Textarea } from '#components/ui/input.tsx';
import { ErrorNote } from '#components/ui/notes.tsx';
import { useAction } from '#components/ui/use-action.ts';
import { declareBaselinesAction } from '../../app/(console)/catalog/actions.ts';
import { linesOf } from './lines.ts';

/** Declares factory versions, so that an ECU type's order knows them. */
export function DeclareBaselines({ ecuType, versions }: { ecuType: string; versions: string[] }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [place, setPlace] = useState('oldest');
  const action = useAction(declareBaselinesAction);
  const declared = linesOf(text);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const after = /^after:(.*)$/s.exec(place)?.[1];
    const position =
      after === undefined
        ? ({ kind: place === 'newest' ? 'newest' : 'oldest' } as const)
        : ({ kind: 'after', version: after } as const);
    if (!(await action.run({ ecuType, versions: declared, position }))) return;
    setText('');
    setOpen(false);
  };
  return (
    <Dialog
      title={`Declare baseline versions of ${ecuType}`}
      description="Versions that vehicles left the factory with. What the catalog does not know counts as unknown, not as older."
      open={open}
      onOpenChange={setOpen}
      trigger={<Button>Declare baselines</Button>}
    >
      <form onSubmit={submit} className="grid gap-4">
        <Field label="Versions" hint="One a line, the oldest first, as the vehicle page shows them.">
          {(control) => (
            <Textarea
              {...control}
              rows={6}
              className="font-mono"
              spellCheck={false}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <Field label="Place in the order">
          {(control) => (
            <Select {...control} value={place} onChange={(event) => setPlace(event.target.value)}>
              <option value="oldest">Before all known versions</option>
              <option value="newest">After all known versions</option>
              {versions.map((version) => (
                <option key={version} value={`after:${version}`}>
                  After {version}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {action.error && <ErrorNote>{action.error.message}</ErrorNote>}
        <DialogActions>
          <Button onClick={() => setOpen(false)}>Cancel</Button>
          <Button type="submit" look="primary" disabled={action.busy || declared.length === 0}>
            {action.busy ? 'Declaring …' : `Declare ${declared.length || ''}`.trim()}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
