'use client';

import { useState } from 'react';
import type { ActionError, ActionResult } from '#lib/protocol/action-result.ts';

export type ActionState<Input, Output> = {
  busy: boolean;
  error: ActionError | undefined;
  /** Calls the server action; the data, or undefined where it was refused (see `error`). */
  run(input: Input): Promise<Output | undefined>;
  clear(): void;
};

const NO_ANSWER: ActionError = {
  code: 'no_answer',
  message: 'The server did not answer. What you entered is kept; check the connection and try again.',
  details: {},
};

/** State of one server action in a form: busy, refused, done. */
export function useAction<Input, Output>(
  action: (input: Input) => Promise<ActionResult<Output>>,
): ActionState<Input, Output> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ActionError>();
  return {
    busy,
    error,
    clear: () => setError(undefined),
    async run(input) {
      setBusy(true);
      setError(undefined);
      const result = await action(input).catch((): ActionResult<Output> => ({ ok: false, error: NO_ANSWER }));
      setBusy(false);
      if (result.ok) return result.data;
      setError(result.error);
      return undefined;
    },
  };
}

/** The message of a field, where the refusal names its fields. */
export function fieldError(error: ActionError | undefined, path: string): string | undefined {
  const issues: unknown = error?.details.issues;
  if (!Array.isArray(issues)) return undefined;
  const issue = issues.find((candidate) => candidate?.path === path);
  return typeof issue?.message === 'string' ? issue.message : undefined;
}
