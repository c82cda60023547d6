'use client';

import { LogOut, UserRound } from 'lucide-react';
import { buttonClass } from '#components/ui/button.tsx';
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '#components/ui/menu.tsx';

export type SignedIn = { name: string; email: string; role: string };

/** Who is signed in, and the way out. */
export function UserMenu({ user }: { user: SignedIn }) {
  const signOut = async () => {
    await fetch('/api/auth/sign-out', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    location.assign('/sign-in');
  };
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Account of ${user.name}`}
          className={buttonClass({ look: 'quiet', size: 'icon' })}
        >
          <UserRound />
        </button>
      }
    >
      <MenuLabel>
        <span className="block max-w-60 truncate font-medium text-base text-fg">{user.name}</span>
        <span className="block max-w-60 truncate">{user.email}</span>
        <span>Role: {user.role}</span>
      </MenuLabel>
      <MenuSeparator />
      <MenuItem onSelect={() => void signOut()}>
        <LogOut aria-hidden /> Sign out
      </MenuItem>
    </Menu>
  );
}
