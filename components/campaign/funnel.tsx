'use client';

import { formatCount, formatShare } from '#components/ui/format.ts';
import { WaveBar } from '#components/ui/wave-bar.tsx';
import { REASON_LABELS } from '#lib/domain/describe-reason.ts';
import { EXCLUSION_CODES, type ExclusionCode } from '#lib/domain/exclusion-reason.ts';
import type { DraftDefinition } from './draft-definition.ts';
import { LeftOutVehicles } from './left-out-vehicles.tsx';
import type { ImpactPreview } from './preview.ts';

type Props = { impact: ImpactPreview; campaignId: string; definition: DraftDefinition };

/** From targeted to eligible: who falls away, and why. */
export function Funnel({ impact, campaignId, definition }: Props) {
  const { targeted, eligible, alreadyInstalled, waiting, excluded, exclusions } = impact;
  const reasons = EXCLUSION_CODES.filter((code) => (exclusions[code] ?? 0) > 0).sort(
    (a, b) => (exclusions[b] ?? 0) - (exclusions[a] ?? 0),
  );
  return (
    <div className="grid gap-3">
      <WaveBar
        label="Targeted vehicles"
        segments={[
          { key: 'eligible', label: 'Eligible', count: eligible, tone: 'running' },
          { key: 'already', label: 'Already installed', count: alreadyInstalled, tone: 'done' },
          { key: 'waiting', label: 'Wait', count: waiting, tone: 'held' },
          { key: 'excluded', label: 'Left out', count: excluded, tone: 'offline', faint: true },
        ]}
      />
      <dl className="grid grid-cols-[1fr_auto_3.5rem] gap-x-3 gap-y-1">
        <Row name="Eligible" count={eligible} of={targeted} strong testId="eligible-count" />
        <Row name="Already installed" count={alreadyInstalled} of={targeted} />
        <Row name="Wait; the reason may fall away" count={waiting} of={targeted} />
        <Row name="Left out" count={excluded} of={targeted} />
      </dl>
      {reasons.length > 0 && (
        <div className="grid gap-1">
          <h3 className="text-muted">Why not, by reason</h3>
          <ul className="grid gap-0.5">
            {reasons.map((code: ExclusionCode) => (
              <li key={code} className="flex min-h-6 items-center justify-between gap-3">
                <span>{REASON_LABELS[code]}</span>
                <LeftOutVehicles
                  code={code}
                  count={exclusions[code] ?? 0}
                  campaignId={campaignId}
                  definition={definition}
                />
              </li>
            ))}
          </ul>
          <p className="text-muted text-sm">A vehicle with several reasons counts under each.</p>
        </div>
      )}
    </div>
  );
}

function Row({
  name,
  count,
  of,
  strong = false,
  testId,
}: {
  name: string;
  count: number;
  of: number;
  strong?: boolean;
  testId?: string;
}) {
  return (
    <div className={`col-span-3 grid grid-cols-subgrid ${strong ? 'font-semibold' : ''}`}>
      <dt>{name}</dt>
      <dd className="text-right" data-testid={testId}>
        {formatCount(count)}
      </dd>
      <dd className="text-right font-normal text-muted">{formatShare(count, of)}</dd>
    </div>
  );
}
