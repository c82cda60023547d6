'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cn } from '#components/ui/cn.ts';

const PARTS = [
  { href: '/settings', label: 'Operators', admin: true },
  { href: '/settings/alerts', label: 'Alerts', admin: true },
  { href: '/settings/general', label: 'General', admin: true },
  { href: '/settings/keys', label: 'Keys', admin: true },
  { href: '/settings/jobs', label: 'Jobs', admin: false },
  { href: '/settings/about', label: 'About', admin: false },
];

/** On a narrow screen the part that is open may stand outside of the row. */
const showWhole = (link: HTMLElement | null) => link?.scrollIntoView({ block: 'nearest', inline: 'nearest' });

/** The parts of the settings that this person may open. */
export function SettingsNav({ mayRead }: { mayRead: boolean }) {
  const pathname = usePathname();
  return (
    <nav aria-label="Settings" className="flex gap-1 overflow-x-auto border-line border-b">
      {PARTS.filter(({ admin }) => mayRead || !admin).map(({ href, label }) => (
        <Link
          key={href}
          href={href}
          ref={pathname === href ? showWhole : undefined}
          aria-current={pathname === href ? 'page' : undefined}
          data-inset-focus
          className={cn(
            '-mb-px flex h-9 shrink-0 items-center border-transparent border-b-2 px-3 font-medium text-muted hover:text-fg',
            pathname === href && 'border-accent text-fg',
          )}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
