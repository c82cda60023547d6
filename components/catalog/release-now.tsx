'use client';

import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { releaseReleaseAction } from '../../app/(console)/catalog/actions.ts';

/** Releases a draft; a cycle of dependencies and whatever else is in the way is said in the dialog. */
export function ReleaseNow({ release }: { release: NonNullable<ViewValue<'release'>> }) {
  const name = `${release.ecuType} ${release.version}`;
  return (
    <Confirm
      trigger={
        <Button look="primary" disabled={release.artifactSha256 === null}>
          Release
        </Button>
      }
      title={`Release ${name}?`}
      action="Release"
      onConfirm={async () => {
        const result = await releaseReleaseAction({ id: release.id, revision: release.revision });
        return result.ok ? undefined : result.error.message;
      }}
    >
      <p>
        From then on campaigns can offer it. Its definition and its file can no longer be changed; it can be
        withdrawn.
      </p>
    </Confirm>
  );
}
