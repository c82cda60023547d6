import { Field } from '#components/ui/field.tsx';
import { Input, Select, Textarea } from '#components/ui/input.tsx';
import type { ReleaseDraft } from './release-draft.ts';
import type { DraftPart } from './release-form.tsx';

/** Which installed versions a release may be installed over. */
export function FromVersionFields({ draft, change, problem }: DraftPart) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="May be installed over" error={problem('fromVersions')}>
        {(control) => (
          <Select
            {...control}
            value={draft.fromKind}
            onChange={(event) => change({ fromKind: event.target.value as ReleaseDraft['fromKind'] })}
          >
            <option value="any">Any version</option>
            <option value="list">These versions only</option>
            <option value="range">A range of versions</option>
          </Select>
        )}
      </Field>
      {draft.fromKind === 'list' && (
        <Field label="Versions" hint="One a line.">
          {(control) => (
            <Textarea
              {...control}
              rows={3}
              className="font-mono"
              value={draft.fromList}
              onChange={(event) => change({ fromList: event.target.value })}
            />
          )}
        </Field>
      )}
      {draft.fromKind === 'range' && (
        <div className="grid grid-cols-2 gap-3">
          <Field label="From" hint="Included; empty: no lower end.">
            {(control) => (
              <Input
                {...control}
                className="font-mono"
                value={draft.fromLower}
                onChange={(event) => change({ fromLower: event.target.value })}
              />
            )}
          </Field>
          <Field label="To" hint="Included; empty: no upper end.">
            {(control) => (
              <Input
                {...control}
                className="font-mono"
                value={draft.fromUpper}
                onChange={(event) => change({ fromUpper: event.target.value })}
              />
            )}
          </Field>
        </div>
      )}
    </div>
  );
}
