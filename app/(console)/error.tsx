'use client';

import { useRouter } from 'next/navigation';
import { startTransition } from 'react';
import { Button, ButtonLink } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/notes.tsx';
import { FORBIDDEN_DIGEST } from '#lib/protocol/action-result.ts';

export default function ConsoleError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset(): void;
}) {
  const router = useRouter();
  // What failed was made by the server: it has to be asked again, then shown again.
  const again = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  if (error.digest === FORBIDDEN_DIGEST) {
    return (
      <EmptyState
        asHeading
        title="Your role may not open this page"
        action={<ButtonLink href="/">Open the overview</ButtonLink>}
      >
        <p>Nothing was changed. An admin can give you another role under Settings.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      asHeading
      title="This page could not be shown"
      action={
        <>
          <Button look="primary" onClick={again}>
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
