'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { DraftDefinition } from '../draft-definition.ts';
import type { DryRunPreview, ImpactPreview } from '../preview.ts';

const SETTLE_MS = 350;
const AGAIN_MS = 20_000;

/** What a part of the preview says about the definition on the screen. */
export type Preview<Answer> = {
  data: Answer | undefined;
  /** `data` is of an earlier definition, or could not be read again. */
  stale: boolean;
  error: string | undefined;
  again(): Promise<Answer | undefined>;
};

/** The question after it rested for a moment, so that not each key asks the server. */
function useSettled(question: string): string {
  const [settled, setSettled] = useState(question);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(question), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [question]);
  return settled;
}

function usePreviewOf<Answer>(
  path: string,
  campaignId: string | undefined,
  definition: DraftDefinition,
): Preview<Answer> {
  // Compared as text: a live view brings an equal definition as a new object with every change beside it.
  const question = JSON.stringify({ campaignId, definition });
  const body = useSettled(question);
  const query = useQuery({
    queryKey: [path, body],
    queryFn: async ({ signal }): Promise<Answer> => {
      const response = await fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal,
      });
      const answer = await response.json();
      if (!response.ok) throw new Error(answer?.error?.message ?? `The server answered ${response.status}.`);
      return answer;
    },
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
    staleTime: 5_000,
  });
  return {
    data: query.data,
    stale: query.isPlaceholderData || query.isRefetchError || body !== question,
    error: query.error?.message,
    again: async () => (await query.refetch()).data,
  };
}

/** Count, funnel, conflicts and digest of the definition on the screen, kept up to date. */
export function useImpact(
  campaignId: string | undefined,
  definition: DraftDefinition,
): Preview<ImpactPreview> {
  return usePreviewOf('/api/campaigns/preview', campaignId, definition);
}

/** Sizes, bounds in time and volume of the definition on the screen. */
export function useDryRun(
  campaignId: string | undefined,
  definition: DraftDefinition,
): Preview<DryRunPreview> {
  return usePreviewOf('/api/campaigns/dry-run', campaignId, definition);
}
