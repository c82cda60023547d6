'use client';

import { Button, ButtonLink } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/notes.tsx';

export default function ConsoleError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset(): void;
}) {
  return (
    <EmptyState
      asHeading
      title="This page could not be shown"
      action={
        <>
          <Button look="primary" onClick={reset}>
            Try again
          </Button>
          <ButtonLink href="/health">Open Health</ButtonLink>
        </>
      }
    >
      <p>
        Nothing was changed. The database may be away for a moment; Health says which part does not answer.
      </p>
      {error.digest && <p className="mt-2 font-mono text-sm">Reference {error.digest}</p>}
    </EmptyState>
  );
}
