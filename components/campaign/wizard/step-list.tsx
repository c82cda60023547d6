import { useEffect, useRef } from 'react';
import { cn } from '#components/ui/cn.ts';
import type { DraftDefinition } from '../draft-definition.ts';
import type { ImpactPreview } from '../preview.ts';
import { problemsOf, STEP_IDS, STEP_TITLES, type StepId } from './steps.ts';

type Props = {
  current: StepId;
  definition: DraftDefinition;
  impact: ImpactPreview | undefined;
  onChoose(step: StepId): void;
};

/** The steps in order; each can be opened at any time, those that lack something say so. */
export function StepList({ current, definition, impact, onChoose }: Props) {
  const list = useRef<HTMLOListElement>(null);
  // On a narrow screen the later steps lie beyond the edge. Only sideways: the page itself stays where it is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown changes with the step alone.
  useEffect(() => {
    const chosen = list.current?.querySelector<HTMLElement>('[aria-current="step"]');
    if (chosen) list.current?.scrollTo({ left: chosen.offsetLeft - 48 });
  }, [current]);
  const lacking = new Set(problemsOf(definition, impact).map(({ step }) => step));
  return (
    <nav aria-label="Steps" className="min-w-0 border-line border-b">
      <ol ref={list} className="relative flex gap-1 overflow-x-auto">
        {STEP_IDS.map((step, index) => (
          <li key={step} className="shrink-0">
            <button
              type="button"
              data-inset-focus
              aria-current={step === current ? 'step' : undefined}
              onClick={() => onChoose(step)}
              className={cn(
                '-mb-px flex h-9 items-center gap-1.5 border-transparent border-b-2 px-3 font-medium text-muted hover:text-fg',
                step === current && 'border-accent text-fg',
              )}
            >
              <span className="tabular-nums">{index + 1}</span> {STEP_TITLES[step]}
              {lacking.has(step) && (
                <span className="text-warning">
                  <span aria-hidden>▲</span>
                  <span className="sr-only">, lacks something</span>
                </span>
              )}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
