'use client';

import { formatShare } from '#components/ui/format.ts';
import { WaveBar } from '#components/ui/wave-bar.tsx';
import { REASON_LABELS } from '#lib/domain/describe-reason.ts';
import { EXCLUSION_CODES, type ExclusionCode } from '#lib/domain/exclusion-reason.ts';
import type { ImpactPreview } from './preview.ts';
import { type Part, type Previewed, PreviewedVehicles } from './previewed-vehicles.tsx';

type Props = Previewed & { impact: ImpactPreview };

/** From targeted to eligible: who falls away, and why. */
export function Funnel({ impact, ...previewed }: Props) {
  const { targeted, eligible, alreadyInstalled, waiting, excluded, exclusions } = impact;
  const counts = { eligible, already_installed: alreadyInstalled, waiting, excluded };
  const reasons = EXCLUSION_CODES.filter((code) => (exclusions[code] ?? 0) > 0).sort(
    (a, b) => (exclusions[b] ?? 0) - (exclusions[a] ?? 0),
  );
  return (
    <div className="grid gap-3">
      <WaveBar
        label="Targeted vehicles"
        segments={[
          { key: 'eligible', label: 'Eligible', count: eligible, tone: 'running' },
          {
            key: 'already',
            label: 'Already installed',
            count: alreadyInstalled,
            tone: 'done',
            fill: 'stripes',
          },
          { key: 'waiting', label: 'Wait', count: waiting, tone: 'held' },
          { key: 'excluded', label: 'Left out', count: excluded, tone: 'offline', fill: 'stripes' },
        ]}
      />
      <dl className="grid grid-cols-[1fr_auto_3.5rem] gap-x-3 gap-y-1">
        {VERDICTS.map(([verdict, name]) => (
          <Row
            key={verdict}
            name={name}
            count={counts[verdict]}
            of={targeted}
            strong={verdict === 'eligible'}
            part={{ kind: 'verdict', verdict }}
            previewed={previewed}
          />
        ))}
      </dl>
      {reasons.length > 0 && (
        <div className="grid gap-1">
          <h3 className="text-muted">Why not, by reason</h3>
          <ul className="grid gap-0.5">
            {reasons.map((code: ExclusionCode) => (
              <li key={code} className="flex min-h-6 items-center justify-between gap-3">
                <span>{REASON_LABELS[code]}</span>
                <PreviewedVehicles
                  part={{ kind: 'reason', code }}
                  name={REASON_LABELS[code]}
                  count={exclusions[code] ?? 0}
                  {...previewed}
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

const VERDICTS = [
  ['eligible', 'Eligible'],
  ['already_installed', 'Already installed'],
  ['waiting', 'Wait; the reason may fall away'],
  ['excluded', 'Left out'],
] as const;

type RowProps = {
  name: string;
  count: number;
  of: number;
  strong: boolean;
  part: Extract<Part, { kind: 'verdict' }>;
  previewed: Previewed;
};

function Row({ name, count, of, strong, part, previewed }: RowProps) {
  return (
    <div className={`col-span-3 grid grid-cols-subgrid items-center ${strong ? 'font-semibold' : ''}`}>
      <dt>{name}</dt>
      <dd className="text-right" data-testid={`${part.verdict}-count`}>
        <PreviewedVehicles part={part} name={name} count={count} {...previewed} />
      </dd>
      <dd className="text-right font-normal text-muted">{formatShare(count, of)}</dd>
    </div>
  );
}
