'use client';

import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

export type Tab = { value: string; label: ReactNode; content: ReactNode };

type TabsProps = { tabs: Tab[]; value: string; onValueChange(value: string): void; label: string };

/** Tabs whose choice the caller keeps, usually in the URL. */
export function Tabs({ tabs, value, onValueChange, label }: TabsProps) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => onValueChange(String(next))}
      className="grid min-w-0 gap-3"
    >
      <Base.List aria-label={label} className="flex gap-1 overflow-x-auto border-line border-b">
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            data-inset-focus
            className="-mb-px flex h-9 shrink-0 items-center gap-1.5 border-transparent border-b-2 px-3 font-medium text-muted hover:text-fg data-active:border-accent data-active:text-fg"
          >
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className="min-w-0">
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
