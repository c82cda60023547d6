import type { ReactNode } from 'react';
import { Page, PageHeader } from '#components/ui/panel.tsx';
import { SettingsNav } from './settings-nav.tsx';

/** The frame of every part of the settings. */
export function SettingsPage({
  mayRead,
  actions,
  children,
}: {
  mayRead: boolean;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Page className="mx-0 max-w-[1200px]">
      <PageHeader title="Settings" actions={actions} />
      <SettingsNav mayRead={mayRead} />
      {children}
    </Page>
  );
}
