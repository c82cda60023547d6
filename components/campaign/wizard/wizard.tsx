'use client';

import { useRouter } from 'next/navigation';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useLiveView } from '#components/live/live-provider.tsx';
import { Button } from '#components/ui/button.tsx';
import { ErrorNote, Note } from '#components/ui/notes.tsx';
import { Page, PageHeader } from '#components/ui/panel.tsx';
import { QueryProvider } from '#components/ui/query-provider.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { type DraftDefinition, EMPTY_DRAFT } from '../draft-definition.ts';
import { DeleteDraft } from './delete-draft.tsx';
import { Launch } from './launch.tsx';
import { Rail } from './rail.tsx';
import { SaveBadge } from './save-badge.tsx';
import { StepApprovals } from './step-approvals.tsx';
import { StepList } from './step-list.tsx';
import type { SavedFilter, StepProps } from './step-props.ts';
import { StepReleases } from './step-releases.tsx';
import { StepReview } from './step-review.tsx';
import { StepTarget } from './step-target.tsx';
import { StepThresholds } from './step-thresholds.tsx';
import { StepWaves } from './step-waves.tsx';
import { StepWindows } from './step-windows.tsx';
import { STEP_IDS, STEP_TITLES, type StepId } from './steps.ts';
import { useDraft } from './use-draft.ts';
import { useDryRun, useImpact } from './use-preview.ts';

type Props = {
  /** The stored draft; without one the first edit makes it. */
  initial: NonNullable<ViewValue<'campaign-draft'>> | null;
  /** What a draft that is not made yet begins with. */
  fresh?: DraftDefinition;
  /** Shown above the steps while no draft is made: those that were begun earlier. */
  earlier?: ReactNode;
  onCreated?(campaignId: string): void;
  catalog: ViewValue<'catalog'>;
  savedFilters: SavedFilter[];
  canStart: boolean;
};

/** The wizard of a campaign that has not begun; everything that is typed saves itself. */
export function Wizard(props: Props) {
  return (
    <QueryProvider>
      <Steps {...props} />
    </QueryProvider>
  );
}

const ignore = () => undefined;

/** The catalog with whatever is chosen; what was last known stays until the choice has come. */
function useCatalog(ids: string[], initial: ViewValue<'catalog'>): ViewValue<'catalog'> {
  const [known, setKnown] = useState(initial);
  const { data } = useLiveView('catalog', { ids }, known);
  if (data !== known) setKnown(data);
  return data;
}

function Steps({
  initial,
  fresh,
  earlier,
  onCreated,
  catalog: initialCatalog,
  savedFilters,
  canStart,
}: Props) {
  const router = useRouter();
  const begin = initial?.definition ?? fresh ?? EMPTY_DRAFT;
  const draft = useDraft(initial?.id, begin, initial?.revision ?? 1, onCreated ?? ignore);
  const { definition, campaignId } = draft;
  const catalog = useCatalog(definition.releaseIds, initialCatalog);
  const { data: stored, problem } = useLiveView('campaign-draft', { id: campaignId ?? '' }, initial);
  const impact = useImpact(campaignId, definition);
  const dryRun = useDryRun(campaignId, definition);
  const [step, setStep] = useQueryState(
    'step',
    parseAsStringLiteral(STEP_IDS).withDefault('target').withOptions({ history: 'push' }),
  );
  const heading = useRef<HTMLHeadingElement>(null);
  const moved = useRef(false);
  const goTo = (next: StepId) => {
    moved.current = true;
    void setStep(next);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: focus follows the step, nothing else.
  useEffect(() => {
    if (moved.current) heading.current?.focus();
  }, [step]);

  const at = STEP_IDS.indexOf(step);
  const next = STEP_IDS[at + 1];
  const previous = STEP_IDS[at - 1];
  const common: StepProps = {
    campaignId,
    definition,
    change: draft.change,
    releases: catalog.releases,
    releasesInAll: catalog.types.reduce((sum, type) => sum + type.releases + type.drafts, 0),
    savedFilters,
    impact,
    dryRun,
    goTo,
  };
  const launch = <Launch definition={definition} impact={impact} canStart={canStart} flush={draft.flush} />;
  const steps: Record<StepId, ReactNode> = {
    target: <StepTarget {...common} />,
    releases: <StepReleases {...common} />,
    waves: <StepWaves {...common} />,
    windows: <StepWindows {...common} />,
    thresholds: <StepThresholds {...common} />,
    approvals: <StepApprovals {...common} />,
    review: <StepReview {...common} launch={launch} />,
  };
  return (
    <Page>
      <PageHeader
        title={definition.name.trim() || 'New campaign'}
        actions={stored?.state === 'draft' && <DeleteDraft campaignId={stored.id} name={stored.name} />}
      >
        {campaignId === undefined && draft.save.kind === 'saved' ? (
          <span data-testid="save-state">Nothing is kept before the first entry</span>
        ) : (
          <SaveBadge save={draft.save} onRetry={() => void draft.flush()} />
        )}
      </PageHeader>
      {campaignId === undefined && earlier}
      {campaignId !== undefined && problem && <ErrorNote>{problem}</ErrorNote>}
      {draft.save.kind === 'conflict' && (
        <Note tone="warning" role="alert">
          <p>Someone else changed this campaign meanwhile. Your entries are kept in this tab only.</p>
          <div className="mt-2 flex flex-wrap gap-2">
            <Button size="small" onClick={() => location.reload()}>
              Load the other version
            </Button>
            <Button size="small" onClick={draft.keepMine}>
              Keep mine
            </Button>
          </div>
        </Note>
      )}
      {stored && stored.state !== 'draft' && (
        <Note tone="warning">
          This campaign is {stored.state.replaceAll('_', ' ')}. Changing it makes it a draft again and voids
          its approvals.
        </Note>
      )}
      {stored && stored.revision > draft.revision && draft.save.kind === 'saved' && (
        <Note tone="warning" role="status">
          Someone else has changed this campaign.{' '}
          <Button size="small" onClick={() => location.reload()}>
            Show it
          </Button>
        </Note>
      )}
      <StepList current={step} definition={definition} impact={impact.data} onChoose={goTo} />
      <div className="grid min-w-0 grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] 2xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="grid min-w-0 gap-4">
          <h2 ref={heading} tabIndex={-1} className="font-semibold text-lg">
            {at + 1}. {STEP_TITLES[step]}
          </h2>
          {steps[step]}
          <div className="flex flex-wrap justify-between gap-2 border-line border-t pt-4">
            {previous ? (
              <Button onClick={() => goTo(previous)}>Back: {STEP_TITLES[previous]}</Button>
            ) : (
              <Button look="quiet" onClick={() => router.push('/campaigns')}>
                Back to campaigns
              </Button>
            )}
            {next && (
              <Button look="primary" onClick={() => goTo(next)}>
                Next: {STEP_TITLES[next]}
              </Button>
            )}
          </div>
        </div>
        <aside
          aria-label="What it would do"
          className="rounded-md border border-line bg-surface p-4 lg:sticky lg:top-16 lg:max-h-[calc(100dvh-5rem)] lg:overflow-y-auto"
        >
          <Rail {...common} />
        </aside>
      </div>
    </Page>
  );
}
