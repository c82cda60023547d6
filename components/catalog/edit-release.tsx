'use client';

import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Note } from '#components/ui/notes.tsx';
import { useAction } from '#components/ui/use-action.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { editReleaseAction } from '../../app/(console)/catalog/actions.ts';
import { draftOf } from './release-draft.ts';
import { ReleaseForm } from './release-form.tsx';

type Props = {
  release: NonNullable<ViewValue<'release'>>;
  types: ViewValue<'catalog'>['types'];
  releases: ViewValue<'catalog'>['releases'];
};

/** The definition of a draft; says so when someone else changes it meanwhile. */
export function EditRelease({ release, types, releases }: Props) {
  const action = useAction(editReleaseAction);
  // Attaching a file raises the revision too; only a definition that differs is somebody else's work.
  const [base, setBase] = useState({ key: JSON.stringify(release.definition), generation: 0 });
  const [saved, setSaved] = useState(false);
  const current = JSON.stringify(release.definition);
  const changedElsewhere = current !== base.key;
  return (
    <div className="grid gap-3">
      {changedElsewhere && (
        <Note tone="warning" role="status">
          <p>Someone else has changed this draft. Your entries below are still yours.</p>
          <Button
            size="small"
            className="mt-2"
            onClick={() => setBase({ key: current, generation: base.generation + 1 })}
          >
            Take over the other version
          </Button>
        </Note>
      )}
      <ReleaseForm
        key={base.generation}
        initial={draftOf(release.definition)}
        types={types}
        releases={releases.filter(({ id }) => id !== release.id)}
        submitLabel={saved ? 'Saved; save again' : 'Save the draft'}
        busy={action.busy}
        error={action.error?.message}
        onSubmit={async (definition) => {
          const result = await action.run({ id: release.id, revision: release.revision, definition });
          if (!result) return;
          setBase({ ...base, key: JSON.stringify(definition) });
          setSaved(true);
        }}
      />
    </div>
  );
}
