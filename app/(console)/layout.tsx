import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { Shell } from '#components/shell/shell.tsx';
import { loadView } from '#lib/web/load-view.ts';
import { getContext, getSession } from '#lib/web/session.ts';

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const context = await getContext();
  const session = await getSession();
  if (!session) redirect('/sign-in');
  const { name, role } = context.actor;
  return (
    <Shell
      user={{ name, email: session.email, role }}
      role={role}
      offersStop={await loadView(context, 'offers-stop', {})}
    >
      {children}
    </Shell>
  );
}
