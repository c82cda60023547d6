import { formatBytes } from '#components/ui/format.ts';
import { CopyText } from '#components/ui/mono.tsx';
import { Panel } from '#components/ui/panel.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { ArtifactUpload } from './artifact-upload.tsx';

type Props = { release: NonNullable<ViewValue<'release'>>; canWrite: boolean };

/** The release's file, and its upload while it is a draft. */
export function ArtifactPanel({ release, canWrite }: Props) {
  const { artifactSha256, artifactLength, artifactFileName, signedBy } = release;
  return (
    <Panel title="File">
      <div className="grid gap-4">
        {artifactSha256 === null ? (
          <p className="text-muted">There is no file yet. A release needs one before it can be released.</p>
        ) : (
          <dl className="grid gap-x-6 gap-y-1 sm:grid-cols-[auto_1fr]">
            <dt className="text-muted">Name</dt>
            <dd className="break-all">{artifactFileName}</dd>
            <dt className="text-muted">Size</dt>
            <dd>{formatBytes(artifactLength ?? 0)}</dd>
            <dt className="text-muted">SHA-256</dt>
            <dd>
              <CopyText text={artifactSha256} label="SHA-256" className="text-sm" />
            </dd>
            <dt className="text-muted">Signature</dt>
            <dd className="flex flex-wrap items-center gap-x-1">
              hash and size stand in each vehicle's document, signed by the Director's key{' '}
              {signedBy === null ? (
                <span className="text-muted">(none yet)</span>
              ) : (
                <CopyText text={signedBy} label="key id" short={20} className="text-sm" />
              )}
            </dd>
          </dl>
        )}
        {release.state === 'draft' && canWrite && (
          <ArtifactUpload releaseId={release.id} replaces={artifactSha256 !== null} />
        )}
      </div>
    </Panel>
  );
}
