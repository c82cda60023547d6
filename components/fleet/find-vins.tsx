'use client';

import { ListFilter } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import { formatCount } from '#components/ui/format.ts';
import { Textarea } from '#components/ui/input.tsx';
import { ErrorNote, Note } from '#components/ui/notes.tsx';
import { useAction } from '#components/ui/use-action.ts';
import { matchVinsAction } from '../../app/(console)/fleet/actions.ts';
import { TagForm } from './tag-form.tsx';
import { vinsOf } from './vin-list.ts';

/** As many VINs as an address holds; more are given a tag that can be filtered by. */
const MOST_IN_FILTER = 100;
const MOST_SHOWN = 50;

type FindVinsProps = { mayTag: boolean; onFilter(vins: string[]): void; onTag(tag: string): void };
type Match = { found: string[]; missing: string[] };

/** Finds the vehicles of a pasted list of VINs, and says which of them are not registered. */
export function FindVins({ mayTag, onFilter, onTag }: FindVinsProps) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [match, setMatch] = useState<Match>();
  const action = useAction(matchVinsAction);
  const vins = vinsOf(text);
  const change = (next: boolean) => {
    setOpen(next);
    setMatch(undefined);
    action.clear();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const answer = await action.run({ vins });
    if (!answer) return;
    setMatch(answer);
    if (answer.missing.length > 0 || answer.found.length > MOST_IN_FILTER) return;
    onFilter(answer.found);
    change(false);
  };
  return (
    <Dialog
      title="Find a list of VINs"
      description="Paste them from anywhere: spaces, commas, quotes and lines part them."
      open={open}
      onOpenChange={change}
      trigger={
        <button type="button" className={buttonClass()}>
          <ListFilter aria-hidden /> VINs
        </button>
      }
    >
      <form onSubmit={submit} className="grid gap-4">
        <Field label="VINs" hint={vins.length === 1 ? '1 VIN' : `${formatCount(vins.length)} VINs`}>
          {(control) => (
            <Textarea
              {...control}
              rows={8}
              required
              spellCheck={false}
              className="font-mono"
              value={text}
              onChange={({ target }) => {
                setText(target.value);
                setMatch(undefined);
              }}
            />
          )}
        </Field>
        {action.error && <ErrorNote>{action.error.message}</ErrorNote>}
        {match && match.missing.length > 0 && <Missing vins={match.missing} found={match.found.length} />}
        {!(match && match.found.length > MOST_IN_FILTER) && (
          <DialogActions>
            {match && match.found.length > 0 ? (
              <Button
                look="primary"
                onClick={() => {
                  onFilter(match.found);
                  change(false);
                }}
              >
                Show the {formatCount(match.found.length)} that are registered
              </Button>
            ) : (
              <Button type="submit" look="primary" disabled={action.busy || vins.length === 0}>
                {action.busy ? 'Looking …' : 'Find'}
              </Button>
            )}
          </DialogActions>
        )}
      </form>
      {match && match.found.length > MOST_IN_FILTER && (
        <div className="mt-4 grid gap-3 border-line border-t pt-4">
          <p>
            {formatCount(match.found.length)} are registered. That is more than an address holds;{' '}
            {mayTag
              ? 'give them a tag, and the list is filtered by it.'
              : `your role may not tag them, so ask for at most ${MOST_IN_FILTER} at once.`}
          </p>
          {mayTag && (
            <TagForm
              selection={{
                filter: { kind: 'text', field: 'vin', operator: 'in', values: match.found },
              }}
              count={match.found.length}
              addOnly
              onDone={([tag]) => {
                if (tag) onTag(tag);
                change(false);
              }}
            />
          )}
        </div>
      )}
    </Dialog>
  );
}

function Missing({ vins, found }: { vins: string[]; found: number }) {
  return (
    <Note tone="warning" role="status">
      <p>
        {formatCount(vins.length)} of {formatCount(vins.length + found)}{' '}
        {vins.length === 1 ? 'is not registered' : 'are not registered'}:
      </p>
      <p className="mt-1 max-h-32 overflow-y-auto break-words font-mono text-sm">
        {vins.slice(0, MOST_SHOWN).join(' ')}
        {vins.length > MOST_SHOWN && ` and ${formatCount(vins.length - MOST_SHOWN)} more`}
      </p>
    </Note>
  );
}
