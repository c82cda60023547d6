'use client';

import { useNow } from '#components/ui/clock.ts';

/** Writes instants as a sentence needs them: `14:02`, with the day where it is not today. UTC while the server renders. */
export function useClockTime(): (iso: string) => string {
  const now = useNow();
  return (iso) => clockTime(new Date(iso), now === 0 ? undefined : new Date(now));
}

function clockTime(at: Date, now: Date | undefined): string {
  if (!now) return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  if (at.toDateString() === now.toDateString()) return time;
  return `${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${time}`;
}
