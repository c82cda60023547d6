'use client';

import { CopyText } from '#components/ui/mono.tsx';
import { Note } from '#components/ui/notes.tsx';

/** A vehicle's credential: it is shown this once and stored as a hash only. */
export function CredentialNote({ vin, credential }: { vin: string; credential: string }) {
  return (
    <Note tone="warning" className="grid-cols-1">
      <p className="font-medium">Copy the credential now; it is not shown again.</p>
      <dl className="mt-2 grid gap-1">
        <dt className="text-muted text-sm">User name and client id</dt>
        <dd>
          <CopyText text={vin} label="VIN" />
        </dd>
        <dt className="text-muted text-sm">Password</dt>
        <dd data-testid="credential">
          <CopyText text={credential} label="credential" />
        </dd>
      </dl>
    </Note>
  );
}
