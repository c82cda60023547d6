import Link from 'next/link';
import { segmentsOf } from '#components/ui/campaign-segments.ts';
import { formatCount, formatShare } from '#components/ui/format.ts';
import { CampaignStatus } from '#components/ui/status.tsx';
import { WaveBar } from '#components/ui/wave-bar.tsx';
import { CampaignState } from '#lib/domain/states.ts';
import { OUTSIDE } from '#lib/domain/wave-counts.ts';
import type { OverviewData } from './overview-live.tsx';

const DONE = new Set(['confirmed', 'already_installed']);
const FAILED = new Set(['failed', 'rolled_back', 'timed_out']);
const LEFT_OUT = new Set<string>(OUTSIDE);

/** One line per campaign: name, state, bar, share confirmed. */
export function CampaignLines({ campaigns }: Pick<OverviewData, 'campaigns'>) {
  return (
    <ul>
      {campaigns.map((campaign) => {
        const sum = (states: Set<string>) =>
          campaign.counts.reduce((total, { state, count }) => total + (states.has(state) ? count : 0), 0);
        const all = campaign.counts.reduce((total, { count }) => total + count, 0);
        const targeted = all - sum(LEFT_OUT);
        const failed = sum(FAILED);
        return (
          <li key={campaign.id} className="border-line/70 border-b last:border-b-0">
            <Link
              href={`/campaigns/${campaign.id}`}
              data-inset-focus
              className="grid gap-x-4 gap-y-1.5 px-4 py-2.5 hover:bg-raised/60 sm:grid-cols-[minmax(0,4fr)_248px_minmax(0,3fr)] sm:items-center"
            >
              <span className="grid min-w-0">
                <span className="truncate font-medium">{campaign.name}</span>
                <span className="truncate text-muted text-sm">
                  {campaign.releases.map(({ ecuType, version }) => `${ecuType} ${version}`).join(', ') ||
                    'no release'}
                </span>
              </span>
              <span className="flex items-center justify-between gap-3">
                <CampaignStatus state={CampaignState.catch('running').parse(campaign.state)} />
                <span className="whitespace-nowrap text-sm">
                  {formatShare(sum(DONE), targeted)}{' '}
                  <span className="text-muted">of {formatCount(targeted)}</span>
                  {failed > 0 && <span className="text-failed"> · {formatCount(failed)} failed</span>}
                </span>
              </span>
              <WaveBar label={campaign.name} segments={segmentsOf(campaign.counts)} />
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
