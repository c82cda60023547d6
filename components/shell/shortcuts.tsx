'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useHotkeys } from 'react-hotkeys-hook';
import { Dialog } from '#components/ui/dialog.tsx';
import { KeyHint } from '#components/ui/key-hint.tsx';
import type { Role } from '#lib/domain/permissions.ts';
import { navigationFor } from './navigation.ts';

/** Between `g` and its letter: enough for who looks at the keyboard, and for a page that is busy. */
const SEQUENCE_MS = 2_500;

const GENERAL: [string[], string][] = [
  [['⌘', 'K'], 'Command palette (Ctrl K)'],
  [['/'], 'Search vehicles, campaigns, releases'],
  [['J'], 'Next row or vehicle'],
  [['K'], 'Previous row or vehicle'],
  [['Enter'], 'Open the row'],
  [['?'], 'This help'],
];

/** `g` and a letter go to a page; `?` shows all keys. */
export function Shortcuts({ role }: { role: Role }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const items = navigationFor(role);
  useHotkeys(
    items.map((item) => `g>${item.key}`),
    (_, { keys, hotkey }) => {
      const last = hotkey?.at(-1) ?? keys?.at(-1);
      const item = items.find(({ key }) => key === last);
      if (item) router.push(item.href);
    },
    { sequenceTimeoutMs: SEQUENCE_MS },
    [items, router],
  );
  useHotkeys('?', () => setOpen(true), { useKey: true });
  return (
    <Dialog open={open} onOpenChange={setOpen} title="Keyboard">
      <dl className="grid gap-x-8 gap-y-1 sm:grid-cols-2">
        {[
          ...GENERAL,
          ...items.map((item): [string[], string] => [['g', item.key], `Go to ${item.label}`]),
        ].map(([keys, meaning]) => (
          <div key={meaning} className="flex min-h-7 items-center justify-between gap-3">
            <dt>{meaning}</dt>
            <dd>
              <KeyHint keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
