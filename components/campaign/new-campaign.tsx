'use client';

import { usePathname } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import type { TargetFilter } from '#lib/domain/target-filter.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { EMPTY_DRAFT } from './draft-definition.ts';
import { type EarlierDraft, EarlierDrafts } from './earlier-drafts.tsx';
import type { SavedFilter } from './wizard/step-props.ts';
import { Wizard } from './wizard/wizard.tsx';

const PATH = '/campaigns/new';

type Props = {
  releaseIds: string[];
  target: TargetFilter;
  drafts: EarlierDraft[];
  catalog: ViewValue<'catalog'>;
  savedFilters: SavedFilter[];
  canStart: boolean;
};

/**
 * The wizard before there is a draft: the first edit makes one, and from then on the address is the draft's. The page
 * itself stays, so that what is being typed goes on.
 */
export function NewCampaign({ releaseIds, target, drafts, ...wizard }: Props) {
  const isNew = usePathname() === PATH;
  const made = useRef(false);
  const [round, setRound] = useState(0);
  useEffect(() => {
    // Come back to by the history, the address is a draft's: that draft's own page knows it.
    if (!isNew && !made.current) location.reload();
    if (!isNew || !made.current) return;
    made.current = false;
    setRound((before) => before + 1);
  }, [isNew]);
  return (
    <Wizard
      key={round}
      initial={null}
      fresh={{ ...EMPTY_DRAFT, releaseIds, target }}
      earlier={<EarlierDrafts drafts={drafts} />}
      onCreated={(campaignId) => {
        const { pathname, search } = location;
        // Made after somebody has gone on to another page.
        if (pathname !== PATH) return;
        made.current = true;
        const step = new URLSearchParams(search).get('step');
        history.replaceState(null, '', `/campaigns/${campaignId}/edit${step ? `?step=${step}` : ''}`);
      }}
      {...wizard}
    />
  );
}
