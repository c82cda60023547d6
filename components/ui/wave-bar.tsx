import Link from 'next/link';
import { cn } from './cn.ts';
import { formatCount } from './format.ts';
import { TONE_FILL, type Tone } from './tones.ts';

export type BarSegment = {
  key: string;
  label: string;
  count: number;
  tone: Tone;
  href?: string;
  faint?: boolean;
};

type WaveBarProps = { segments: BarSegment[]; label: string; className?: string; legend?: boolean };

/**
 * One horizontal bar of counted segments. Screen readers get the counts as a list; the bar itself is a
 * picture. A segment that is not empty is at least 3 px wide, so that one failure in a million is seen.
 */
export function WaveBar({ segments, label, className, legend = false }: WaveBarProps) {
  const shown = segments.filter((segment) => segment.count > 0);
  const total = shown.reduce((sum, segment) => sum + segment.count, 0);
  return (
    <figure className={cn('grid gap-1.5', className)}>
      <figcaption className="sr-only">
        {label}:{' '}
        {total === 0 ? 'no vehicles' : shown.map((s) => `${s.label} ${formatCount(s.count)}`).join(', ')}
      </figcaption>
      <div aria-hidden className="flex h-2 w-full gap-px overflow-hidden rounded-[3px] bg-line/70">
        {shown.map((segment) => (
          <span
            key={segment.key}
            title={`${segment.label}: ${formatCount(segment.count)}`}
            className={cn('h-full min-w-[3px]', TONE_FILL[segment.tone], segment.faint && 'opacity-45')}
            style={{ flexGrow: segment.count, flexBasis: 0 }}
          />
        ))}
      </div>
      {legend && (
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
          {shown.map((segment) => (
            <li key={segment.key}>
              <Legend segment={segment} />
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}

function Legend({ segment }: { segment: BarSegment }) {
  const content = (
    <>
      <span
        aria-hidden
        className={cn(
          'inline-block size-2 rounded-[2px]',
          TONE_FILL[segment.tone],
          segment.faint && 'opacity-45',
        )}
      />
      {segment.label} <span className="text-fg">{formatCount(segment.count)}</span>
    </>
  );
  const look = 'inline-flex min-h-6 items-center gap-1.5';
  if (!segment.href) return <span className={look}>{content}</span>;
  return (
    <Link href={segment.href} className={cn(look, 'hover:underline')}>
      {content}
    </Link>
  );
}
