'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cn } from '#components/ui/cn.ts';
import type { Role } from '#lib/domain/permissions.ts';
import { isCurrent, navigationFor } from './navigation.ts';

/** The console's parts as links; the one that is open is marked. */
export function NavLinks({ role, onNavigate }: { role: Role; onNavigate?: () => void }) {
  const pathname = usePathname();
  return (
    <ul className="grid gap-0.5">
      {navigationFor(role).map((item) => {
        const current = isCurrent(item, pathname);
        return (
          <li key={item.href}>
            <Link
              href={item.href}
              aria-current={current ? 'page' : undefined}
              {...(onNavigate ? { onClick: onNavigate } : {})}
              className={cn(
                'flex h-8 items-center gap-2.5 rounded-md px-2.5 font-medium transition-colors',
                current ? 'bg-raised text-fg' : 'text-muted hover:bg-raised hover:text-fg',
              )}
            >
              <item.icon aria-hidden className="size-4 shrink-0" />
              {item.label}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
