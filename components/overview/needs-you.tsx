import Link from 'next/link';
import { formatCount } from '#components/ui/format.ts';
import { EmptyState } from '#components/ui/notes.tsx';
import { Time } from '#components/ui/time.tsx';
import { TONE_GLYPH, TONE_TEXT, type Tone } from '#components/ui/tones.ts';
import { describeCause, PauseCause } from '#lib/domain/pause-cause.ts';
import type { OverviewData } from './overview-live.tsx';

type Item = OverviewData['needsYou'][number];

/** What waits for a person, each with where to go. */
export function NeedsYou({ items }: { items: Item[] }) {
  if (items.length === 0) {
    return (
      <EmptyState title="Nothing waits for you">
        Approvals, pauses and stalled waves would stand here.
      </EmptyState>
    );
  }
  return (
    <ul>
      {items.map((item) => {
        const { tone, title, href } = appearanceOf(item);
        const cause = PauseCause.safeParse(item.cause);
        return (
          <li
            key={`${item.kind} ${item.campaignId ?? ''} ${item.name ?? ''}`}
            className="border-line/70 border-b last:border-b-0"
          >
            <Link href={href} data-inset-focus className="flex gap-2.5 px-4 py-2.5 hover:bg-raised/60">
              <span aria-hidden className={`w-3 text-center font-mono ${TONE_TEXT[tone]}`}>
                {TONE_GLYPH[tone]}
              </span>
              <span className="grid min-w-0 flex-1">
                <span className="font-medium">{title}</span>
                {item.name && <span className="truncate">{item.name}</span>}
                {cause.success && <span className="text-muted text-sm">{describeCause(cause.data)}</span>}
              </span>
              {item.since && (
                <span className="shrink-0 text-muted text-sm">
                  <Time at={item.since} />
                </span>
              )}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

function appearanceOf(item: Item): { tone: Tone; title: string; href: string } {
  const campaign = `/campaigns/${item.campaignId ?? ''}`;
  const vehicles = item.count === 1 ? '1 vehicle' : `${formatCount(item.count)} vehicles`;
  switch (item.kind) {
    case 'approval':
      return { tone: 'held', title: 'Waits for approval', href: '/approvals' };
    case 'paused':
      return { tone: 'failed', title: 'Paused by itself', href: campaign };
    case 'wave_waits':
      return { tone: 'held', title: 'The next wave waits for a person', href: campaign };
    case 'stalled':
      return { tone: 'warning', title: 'Wave stalled', href: campaign };
    case 'offers_stopped':
      return { tone: 'failed', title: 'All offers are stopped', href: '/health' };
    case 'tcu_replaced':
      return { tone: 'warning', title: `TCU replaced: ${vehicles}`, href: '/fleet?attention=tcu_replaced' };
    case 'blocked':
      return {
        tone: 'failed',
        title: `Blocked after a failed rollback: ${vehicles}`,
        href: '/fleet?attention=blocked',
      };
    case 'incomplete':
      return {
        tone: 'warning',
        title: `Registration incomplete: ${vehicles}`,
        href: '/fleet?attention=incomplete',
      };
    case 'unknown_vehicle':
      return {
        tone: 'warning',
        title: `Unknown vehicles report: ${formatCount(item.count)}`,
        href: '/quarantine?reason=unknown_vehicle',
      };
    case 'quarantine':
      return {
        tone: 'warning',
        title: `Messages in quarantine: ${formatCount(item.count)} sources`,
        href: '/quarantine',
      };
  }
}
