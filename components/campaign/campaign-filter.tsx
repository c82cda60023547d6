'use client';

import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { cn } from '#components/ui/cn.ts';
import { formatCount } from '#components/ui/format.ts';
import { Input, Select } from '#components/ui/input.tsx';
import { CAMPAIGN_STATUS, TONE_GLYPH, TONE_TEXT } from '#components/ui/tones.ts';
import { CampaignState } from '#lib/domain/states.ts';
import type { CampaignListUrl } from './list-url.ts';
import type { CampaignFacets } from './use-campaigns.ts';

type Props = { url: CampaignListUrl; facets: CampaignFacets; onChange(part: Partial<CampaignListUrl>): void };

/** Name, author and states with their counts; all live in the URL. */
export function CampaignFilter({ url, facets, onChange }: Props) {
  const [text, setText] = useState(url.q);
  const sent = useRef(url.q);
  useEffect(() => {
    // What was sent comes back while the next characters are typed: they stay.
    if (url.q === sent.current) return;
    sent.current = url.q;
    setText(url.q);
  }, [url.q]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: waits for the typing to rest, nothing else.
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      onChange({ q: text });
    }, 300);
    return () => clearTimeout(timer);
  }, [text]);
  const toggle = (state: CampaignState) =>
    onChange({
      state: url.state.includes(state) ? url.state.filter((other) => other !== state) : [...url.state, state],
    });
  const known = facets.authors.some(({ id }) => id === url.by);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Input
        type="search"
        aria-label="Search campaigns by name"
        placeholder="Name"
        className="w-full sm:w-56"
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Select
        aria-label="Made by"
        className="w-full sm:w-48"
        value={url.by}
        onChange={({ target }) => onChange({ by: target.value })}
      >
        <option value="">By everyone</option>
        {facets.authors.map(({ id, name, count }) => (
          <option key={id} value={id}>
            {name} ({formatCount(count)})
          </option>
        ))}
        {url.by !== '' && !known && <option value={url.by}>By one who made none of these</option>}
      </Select>
      <fieldset className="flex flex-wrap gap-1">
        <legend className="sr-only">States</legend>
        {CampaignState.options.map((state) => (
          <StateChip
            key={state}
            state={state}
            count={facets.states[state] ?? 0}
            pressed={url.state.includes(state)}
            onPress={() => toggle(state)}
          />
        ))}
      </fieldset>
      {url.release && (
        <button
          type="button"
          className="inline-flex h-8 items-center gap-1.5 rounded-md border border-accent bg-raised px-2.5"
          onClick={() => onChange({ release: '' })}
        >
          With {facets.release ? `${facets.release.ecuType} ${facets.release.version}` : 'a release'}
          <X aria-hidden className="size-3" />
          <span className="sr-only">: show all releases</span>
        </button>
      )}
    </div>
  );
}

type ChipProps = { state: CampaignState; count: number; pressed: boolean; onPress(): void };

function StateChip({ state, count, pressed, onPress }: ChipProps) {
  const { tone, word } = CAMPAIGN_STATUS[state];
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onPress}
      className={cn(
        'inline-flex h-8 items-center gap-1.5 rounded-md border border-line bg-surface px-2.5 text-muted hover:text-fg',
        pressed && 'border-accent bg-raised text-fg',
      )}
    >
      <span aria-hidden className={cn('font-mono text-[11px]', TONE_TEXT[tone])}>
        {TONE_GLYPH[tone]}
      </span>
      {word} <span className="text-fg">{formatCount(count)}</span>
    </button>
  );
}
