'use client';

import { Dialog } from '@base-ui/react/dialog';
import { Menu as MenuIcon, X } from 'lucide-react';
import { useState } from 'react';
import { buttonClass } from '#components/ui/button.tsx';
import type { Role } from '#lib/domain/permissions.ts';
import { Logo } from './logo.tsx';
import { NavLinks } from './nav-links.tsx';

/** Navigation on a narrow screen: a drawer from the left. */
export function MobileNav({ role }: { role: Role }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger
        aria-label="Open navigation"
        className={`${buttonClass({ look: 'quiet', size: 'icon' })} lg:hidden`}
      >
        <MenuIcon />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-bg/70" />
        <Dialog.Popup className="fixed inset-y-0 left-0 z-40 w-64 border-line border-r bg-surface p-3 shadow-overlay">
          <div className="mb-4 flex items-center justify-between pl-2">
            <Dialog.Title>
              <Logo />
            </Dialog.Title>
            <Dialog.Close
              aria-label="Close navigation"
              className={buttonClass({ look: 'quiet', size: 'icon' })}
            >
              <X />
            </Dialog.Close>
          </div>
          <nav aria-label="Main">
            <NavLinks role={role} onNavigate={() => setOpen(false)} />
          </nav>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
