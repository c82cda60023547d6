'use client';

import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { ErrorNote } from '#components/ui/notes.tsx';

/** E-mail and password; what went wrong is said above the button and the entries are kept. */
export function SignInForm({ target }: { target: string }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  const submit = async (form: FormData) => {
    setBusy(true);
    const failure = await signIn(String(form.get('email')), String(form.get('password')));
    if (failure === undefined) return location.assign(target);
    setError(failure);
    setBusy(false);
  };

  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(new FormData(event.currentTarget));
      }}
    >
      <Field label="E-mail">
        {(control) => <Input {...control} name="email" type="email" autoComplete="username" required />}
      </Field>
      <Field label="Password">
        {(control) => (
          <Input {...control} name="password" type="password" autoComplete="current-password" required />
        )}
      </Field>
      {error && <ErrorNote>{error}</ErrorNote>}
      <Button type="submit" look="primary" disabled={busy}>
        {busy ? 'Signing in …' : 'Sign in'}
      </Button>
    </form>
  );
}

async function signIn(email: string, password: string): Promise<string | undefined> {
  const answer = await fetch('/api/auth/sign-in/email', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  }).catch(() => undefined);
  if (!answer) return 'The server does not answer. Check the connection and try again.';
  if (answer.ok) return undefined;
  if (answer.status === 429) return 'Too many attempts. Wait a minute, then try again.';
  if (answer.status === 401) return 'E-mail and password do not belong together.';
  if (answer.status === 403) return 'This account is switched off. Ask an administrator.';
  return `Signing in failed on the server (${answer.status}). Try again, or look at its log.`;
}
