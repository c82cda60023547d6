'use client';

import { useEffect, useState } from 'react';
import { cn } from '#components/ui/cn.ts';
import { Input } from '#components/ui/input.tsx';
import { CAMPAIGN_STATUS } from '#components/ui/tones.ts';
import { CampaignState } from '#lib/domain/states.ts';
import type { CampaignListUrl } from './list-url.ts';

type Props = { url: CampaignListUrl; onChange(part: Partial<CampaignListUrl>): void };

/** Name and states; both live in the URL. */
export function CampaignFilter({ url, onChange }: Props) {
  const [text, setText] = useState(url.q);
  useEffect(() => setText(url.q), [url.q]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: waits for the typing to rest, nothing else.
  useEffect(() => {
    if (text === url.q) return;
    const timer = setTimeout(() => onChange({ q: text }), 300);
    return () => clearTimeout(timer);
  }, [text]);
  const toggle = (state: CampaignState) =>
    onChange({
      state: url.state.includes(state) ? url.state.filter((other) => other !== state) : [...url.state, state],
    });
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Input
        type="search"
        aria-label="Search campaigns by name"
        placeholder="Name"
        className="max-w-64"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <fieldset className="flex flex-wrap gap-1">
        <legend className="sr-only">States</legend>
        {CampaignState.options.map((state) => (
          <button
            key={state}
            type="button"
            aria-pressed={url.state.includes(state)}
            onClick={() => toggle(state)}
            className={cn(
              'h-8 rounded-md border border-line bg-surface px-2.5 text-muted hover:text-fg',
              url.state.includes(state) && 'border-accent bg-raised text-fg',
            )}
          >
            {CAMPAIGN_STATUS[state].word}
          </button>
        ))}
      </fieldset>
      {url.release && (
        <button
          type="button"
          className="h-8 rounded-md border border-accent bg-raised px-2.5"
          onClick={() => onChange({ release: '' })}
        >
          Of one release only ✕
        </button>
      )}
    </div>
  );
}
