'use client';

import { Command } from 'cmdk';
import { Search } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTheme } from 'next-themes';
import { useEffect, useState } from 'react';
import { useHotkeys } from 'react-hotkeys-hook';
import { KeyHint } from '#components/ui/key-hint.tsx';
import type { Role } from '#lib/domain/permissions.ts';
import { navigationFor } from './navigation.ts';

type Found = {
  kind: 'vehicle' | 'campaign' | 'release';
  id: string;
  title: string;
  detail: string;
  href: string;
};

const row =
  'flex min-h-9 cursor-default select-none items-center gap-3 rounded-sm px-2 data-[selected=true]:bg-raised';
const groupLook =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-muted [&_[cmdk-group-heading]]:text-sm';

/** ⌘K and `/`: go anywhere, find a vehicle, campaign or release. */
export function CommandPalette({ role }: { role: Role }) {
  const router = useRouter();
  const { setTheme, resolvedTheme } = useTheme();
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState('');
  const found = useSearch(open ? query : '');
  useHotkeys(['mod+k', 'slash'], () => setOpen(true), { preventDefault: true });

  const leave = (act: () => void) => () => {
    setOpen(false);
    setQuery('');
    act();
  };
  const term = query.trim().toLowerCase();
  const matches = (text: string) => term === '' || text.toLowerCase().includes(term);
  const pages = navigationFor(role).filter((item) => matches(`go to ${item.label}`));
  const themeTitle = `Use the ${resolvedTheme === 'dark' ? 'light' : 'dark'} theme`;

  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="flex h-8 min-w-0 max-w-80 flex-1 items-center gap-2 rounded-md border border-control/60 bg-bg px-2.5 text-muted hover:border-control"
      >
        <Search aria-hidden className="size-3.5 shrink-0" />
        <span className="truncate">Search</span>
        <KeyHint keys={['/']} className="ml-auto hidden sm:inline-flex" />
      </button>
      <Command.Dialog
        open={open}
        onOpenChange={setOpen}
        label="Search and commands"
        shouldFilter={false}
        overlayClassName="fixed inset-0 z-40 bg-bg/70"
        contentClassName="fixed top-[12dvh] left-1/2 z-50 w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 rounded-md border border-line bg-surface shadow-overlay"
      >
        <Command.Input
          value={query}
          onValueChange={setQuery}
          placeholder="VIN, campaign, release, or a page"
          className="h-11 w-full rounded-t-md border-line border-b bg-transparent px-4 outline-none"
        />
        <Command.List className="max-h-[50dvh] overflow-y-auto p-2">
          <Command.Empty className="px-2 py-6 text-center text-muted">
            Nothing is called “{query}”. A VIN is found from its first characters.
          </Command.Empty>
          {found.length > 0 && (
            <Command.Group heading="Found" className={groupLook}>
              {found.map((item) => (
                <Command.Item
                  key={`${item.kind} ${item.id}`}
                  value={`${item.kind} ${item.id}`}
                  onSelect={leave(() => router.push(item.href))}
                  className={row}
                >
                  <span className="w-16 shrink-0 text-muted text-sm">{item.kind}</span>
                  <span className={item.kind === 'vehicle' ? 'font-mono' : 'truncate'}>{item.title}</span>
                  <span className="ml-auto truncate text-muted text-sm">{item.detail}</span>
                </Command.Item>
              ))}
            </Command.Group>
          )}
          {pages.length > 0 && (
            <Command.Group heading="Go to" className={groupLook}>
              {pages.map((item) => (
                <Command.Item
                  key={item.href}
                  value={`page ${item.href}`}
                  onSelect={leave(() => router.push(item.href))}
                  className={row}
                >
                  <item.icon aria-hidden className="size-4 text-muted" />
                  {item.label}
                  <KeyHint keys={['g', item.key]} className="ml-auto" />
                </Command.Item>
              ))}
            </Command.Group>
          )}
          {matches(themeTitle) && (
            <Command.Group heading="Look" className={groupLook}>
              <Command.Item
                value="theme"
                onSelect={leave(() => setTheme(resolvedTheme === 'dark' ? 'light' : 'dark'))}
                className={row}
              >
                {themeTitle}
              </Command.Item>
            </Command.Group>
          )}
        </Command.List>
      </Command.Dialog>
    </>
  );
}

/** What the server finds for a text, a moment after the last key. */
function useSearch(query: string): Found[] {
  const [answer, setAnswer] = useState<{ term: string; items: Found[] }>({ term: '', items: [] });
  const term = query.trim();
  useEffect(() => {
    const abort = new AbortController();
    if (term.length < 2) {
      setAnswer({ term, items: [] });
      return () => abort.abort();
    }
    const timer = setTimeout(async () => {
      try {
        const response = await fetch(`/api/search?q=${encodeURIComponent(term)}`, { signal: abort.signal });
        if (response.ok) setAnswer({ term, items: await response.json() });
      } catch {
        // Aborted by the next key, or the server is away; what was found before stays as far as it matches.
      }
    }, 120);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [term]);
  if (answer.term === term) return answer.items;
  // Until the answer is there, Enter must not open what only matched fewer characters.
  return answer.items.filter(({ title }) => title.toLowerCase().includes(term.toLowerCase()));
}
