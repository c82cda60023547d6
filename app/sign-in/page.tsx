import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { Logo } from '#components/shell/logo.tsx';
import { SignInForm } from '#components/shell/sign-in-form.tsx';
import { getSession } from '#lib/web/session.ts';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ next?: string }> }) {
  const target = safePath((await searchParams).next);
  if (await getSession()) redirect(target);
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="grid w-full max-w-sm gap-6 rounded-md border border-line bg-surface p-6">
        <div className="grid gap-1">
          <Logo />
          <h1 className="mt-3 font-semibold text-lg">Sign in</h1>
          <p className="text-muted">Update campaigns for the fleet.</p>
        </div>
        <SignInForm target={target} />
      </div>
    </main>
  );
}

/** Only a path of this site, never another one. */
function safePath(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/';
}
