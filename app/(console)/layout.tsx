import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { Shell } from '#components/shell/shell.tsx';
import { getActor, getSession } from '#lib/web/session.ts';

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const actor = await getActor();
  const session = await getSession();
  if (!session) redirect('/sign-in');
  return (
    <Shell user={{ name: actor.name, email: session.email, role: actor.role }} role={actor.role}>
      {children}
    </Shell>
  );
}
