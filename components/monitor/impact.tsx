import { formatCount } from '#components/ui/format.ts';
import { labelOfReason } from '#lib/domain/describe-reason.ts';
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
        <Line name="Eligible now" count={impact.eligible} strong />
        {left.slice(0, 8).map(([code, count]) => (
          <Line key={code} name={labelOfReason(code)} count={count} />
        ))}
      </dl>
      {impact.conflicts.length > 0 && (
        <p>
          {formatCount(impact.conflicts.length)}{' '}
          {impact.conflicts.length === 1 ? 'other campaign wants' : 'other campaigns want'} the same ECUs;
          priority decides.
        </p>
      )}
      <p className="break-all text-muted text-sm">
        Impact digest <span className="font-mono">{impact.digest.slice(0, 16)}</span>
      </p>
    </div>
  );
}

function Line({ name, count, strong = false }: { name: string; count: number; strong?: boolean }) {
  return (
    <div className={strong ? 'flex justify-between font-semibold' : 'flex justify-between text-muted'}>
      <dt>{name}</dt>
      <dd>{formatCount(count)}</dd>
    </div>
  );
}
