'use client';

import { useQuery } from '@tanstack/react-query';
import { ChevronDown, ChevronUp, List } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useHotkeys } from 'react-hotkeys-hook';
import { Button, ButtonLink } from '#components/ui/button.tsx';
import { fetchJson } from '#components/ui/fetch-json.ts';

type Neighbours = { previous: string | null; next: string | null };

/** J and K walk the list that this vehicle was opened from. */
export function Walk({ vin, from }: { vin: string; from: string }) {
  const router = useRouter();
  const { data } = useQuery({
    queryKey: ['neighbours', vin, from],
    queryFn: ({ signal }) => fetchJson<Neighbours>(`/api/vehicles/${vin}/neighbours?${from}`, { signal }),
  });
  const go = (target: string | null | undefined) => {
    if (target) router.push(`/fleet/${target}${from ? `?from=${encodeURIComponent(from)}` : ''}`);
  };
  useHotkeys('j', () => go(data?.next), [data]);
  useHotkeys('k', () => go(data?.previous), [data]);
  return (
    <div className="flex gap-1">
      <ButtonLink href={`/fleet${from ? `?${from}` : ''}`} look="quiet">
        <List aria-hidden /> List
      </ButtonLink>
      <Button
        size="icon"
        aria-label="Previous vehicle (K)"
        disabled={!data?.previous}
        onClick={() => go(data?.previous)}
      >
        <ChevronUp aria-hidden />
      </Button>
      <Button size="icon" aria-label="Next vehicle (J)" disabled={!data?.next} onClick={() => go(data?.next)}>
        <ChevronDown aria-hidden />
      </Button>
    </div>
  );
}
