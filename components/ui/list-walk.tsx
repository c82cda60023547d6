'use client';

import { useQuery } from '@tanstack/react-query';
import { ChevronDown, ChevronUp, List } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useHotkeys } from 'react-hotkeys-hook';
import { Button, ButtonLink } from './button.tsx';
import { fetchJson } from './fetch-json.ts';

type Neighbours = { previous: string | null; next: string | null };
type ListWalkProps = {
  /** What is walked, in one word. */
  noun: string;
  listHref: string;
  /** Answers with the keys before and after this one. */
  neighboursPath: string;
  hrefOf(key: string): string;
};

/** J and K walk the list that a page was opened from; within a table they stay the table's. */
export function ListWalk({ noun, listHref, neighboursPath, hrefOf }: ListWalkProps) {
  const router = useRouter();
  const { data } = useQuery({
    queryKey: ['neighbours', neighboursPath],
    queryFn: ({ signal }) => fetchJson<Neighbours>(neighboursPath, { signal }),
  });
  const go = (target: string | null | undefined) => {
    if (target) router.push(hrefOf(target));
  };
  const goByKey = (target: string | null | undefined) => {
    if (!document.activeElement?.closest('tr')) go(target);
  };
  useHotkeys('j', () => goByKey(data?.next), [data]);
  useHotkeys('k', () => goByKey(data?.previous), [data]);
  return (
    <div className="flex gap-1" data-print="hide">
      <ButtonLink href={listHref} look="quiet">
        <List aria-hidden /> List
      </ButtonLink>
      <Button
        size="icon"
        aria-label={`Previous ${noun} (K)`}
        disabled={!data?.previous}
        onClick={() => go(data?.previous)}
      >
        <ChevronUp aria-hidden />
      </Button>
      <Button
        size="icon"
        aria-label={`Next ${noun} (J)`}
        disabled={!data?.next}
        onClick={() => go(data?.next)}
      >
        <ChevronDown aria-hidden />
      </Button>
    </div>
  );
}
