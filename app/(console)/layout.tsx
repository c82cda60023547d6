import { redirect } from 'next/navigation';
import { type ReactNode, Suspense } from 'react';
import { Shell } from '#components/shell/shell.tsx';
import { StopBanner } from '#components/shell/stop-banner.tsx';
import { RenderedNow } from '#components/ui/rendered-at.tsx';
import { isPermitted } from '#lib/domain/permissions.ts';
import type { ServiceContext } from '#lib/services/context.ts';
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
      banner={
        <Suspense>
          <Stop context={context} mayLift={isPermitted(role, 'offers.allow')} />
        </Suspense>
      }
    >
      <RenderedNow at={context.now().getTime()}>{children}</RenderedNow>
    </Shell>
  );
}

/** On its own, so that no page waits for it. */
async function Stop({ context, mayLift }: { context: ServiceContext; mayLift: boolean }) {
  return <StopBanner initial={await loadView(context, 'offers-stop', {})} mayLift={mayLift} />;
}
