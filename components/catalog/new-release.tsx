'use client';

import { useRouter } from 'next/navigation';
import { useAction } from '#components/ui/use-action.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { createReleaseAction } from '../../app/(console)/catalog/actions.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { emptyDraft } from './release-draft.ts';
import { ReleaseForm } from './release-form.tsx';

type Props = ViewValue<'catalog'> & { ecuType?: string };

/** The form of a new release; leads to its page, where the file is uploaded. */
export function NewRelease({ types, releases, ecuType }: Props) {
  const action = useAction(createReleaseAction);
  const router = useRouter();
  const first = types.find(({ name }) => name === ecuType)?.name ?? types[0]?.name ?? '';
  return (
    <ReleaseForm
      initial={emptyDraft(first)}
      types={types}
      releases={releases}
      submitLabel="Save the draft"
      busy={action.busy}
      error={action.error?.message}
      onSubmit={async (definition) => {
        const created = await action.run(definition);
        if (created) router.push(catalogRoutes.release(created.id));
      }}
    />
  );
}
