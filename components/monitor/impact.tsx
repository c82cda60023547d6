import Link from 'next/link';
import { type Part, PreviewedVehicles } from '#components/campaign/previewed-vehicles.tsx';
import { formatCount } from '#components/ui/format.ts';
import { labelOfReason } from '#lib/domain/describe-reason.ts';
import { EXCLUSION_CODES } from '#lib/domain/exclusion-reason.ts';
import type { ReviewedImpact } from '#lib/domain/impact.ts';
import type { Monitored } from './monitor-types.ts';

/** What an action would mean for the fleet now: who is offered it, who is left out and why, who competes. */
export function Impact({ impact, campaign }: { impact: ReviewedImpact; campaign: Monitored }) {
  const left = Object.entries(impact.exclusions).filter(([, count]) => count > 0);
  left.sort(([, a], [, b]) => b - a);
  return (
    <div className="grid gap-3">
      {campaign.plan && <p className="text-muted">{campaign.plan}</p>}
      <dl className="grid gap-1">
        <Line
          name="Eligible now"
          count={impact.eligible}
          campaignId={campaign.id}
          part={{ kind: 'verdict', verdict: 'eligible' }}
          strong
        />
        {left.slice(0, 8).map(([code, count]) => {
          const known = EXCLUSION_CODES.find((one) => one === code);
          return (
            <Line
              key={code}
              name={labelOfReason(code)}
              count={count}
              campaignId={campaign.id}
              part={known && { kind: 'reason', code: known }}
            />
          );
        })}
      </dl>
      {impact.conflicts.length > 0 && (
        <p>
          {formatCount(impact.conflicts.length)}{' '}
          {impact.conflicts.length === 1 ? 'other campaign wants' : 'other campaigns want'} the same ECUs;
          priority decides:{' '}
          {impact.conflicts.map((id, index) => (
            <Link key={id} href={`/campaigns/${id}`} className="text-accent hover:underline">
              {impact.conflicts.length === 1 ? 'open it' : `open no. ${index + 1} `}
            </Link>
          ))}
        </p>
      )}
      <p className="break-all text-muted text-sm">
        Impact digest <span className="font-mono">{impact.digest.slice(0, 16)}</span>
      </p>
    </div>
  );
}

type LineProps = {
  name: string;
  count: number;
  campaignId: string;
  /** Which vehicles are counted; a reason that this console does not know has no list. */
  part: Part | undefined;
  strong?: boolean;
};

function Line({ name, count, campaignId, part, strong = false }: LineProps) {
  return (
    <div className={strong ? 'flex justify-between font-semibold' : 'flex justify-between text-muted'}>
      <dt>{name}</dt>
      <dd>
        {part ? (
          <PreviewedVehicles part={part} name={name} count={count} campaignId={campaignId} />
        ) : (
          formatCount(count)
        )}
      </dd>
    </div>
  );
}
