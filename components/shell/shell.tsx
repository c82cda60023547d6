'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { FreshnessBadge } from '#components/live/freshness-badge.tsx';
import { LiveProvider } from '#components/live/live-provider.tsx';
import { JobsIndicator } from '#components/settings/jobs-indicator.tsx';
import type { Role } from '#lib/domain/permissions.ts';
import { CommandPalette } from './command-palette.tsx';
import { FocusKeeper } from './focus-keeper.tsx';
import { Logo } from './logo.tsx';
import { MobileNav } from './mobile-nav.tsx';
import { NavLinks } from './nav-links.tsx';
import { ReadOnly } from './read-only.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { ThemeMenu } from './theme-menu.tsx';
import { type SignedIn, UserMenu } from './user-menu.tsx';

/** The frame of every page: navigation, search, freshness, theme, account; the live connection for all. */
export function Shell({
  user,
  role,
  banner,
  children,
}: {
  user: SignedIn;
  role: Role;
  /** What stands above every page; it may come after the page. */
  banner: ReactNode;
  children: ReactNode;
}) {
  return (
    <LiveProvider>
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-surface px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <div className="grid min-h-dvh grid-cols-[minmax(0,1fr)] lg:grid-cols-[200px_minmax(0,1fr)] print:block">
        <aside
          data-print="hide"
          className="sticky top-0 hidden h-dvh content-start gap-5 border-line border-r bg-surface p-3 lg:grid"
        >
          <Link href="/" className="flex h-8 items-center rounded-md px-2.5">
            <Logo />
          </Link>
          <nav aria-label="Main">
            <NavLinks role={role} />
          </nav>
        </aside>
        <div className="flex min-w-0 flex-col">
          <div data-print="hide" className="sticky top-0 z-30">
            <header className="flex h-12 items-center gap-2 border-line border-b bg-surface px-3 lg:px-6">
              <MobileNav role={role} />
              <CommandPalette role={role} />
              <div className="ml-auto flex items-center gap-1">
                <ReadOnly role={role} />
                <JobsIndicator />
                <FreshnessBadge />
                <span className="w-1" />
                <ThemeMenu />
                <UserMenu user={user} />
              </div>
            </header>
            {banner}
          </div>
          <main id="main" tabIndex={-1} data-inset-focus className="flex-1">
            {children}
          </main>
        </div>
      </div>
      <Shortcuts role={role} />
      <FocusKeeper />
    </LiveProvider>
  );
}
