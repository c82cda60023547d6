import Link from 'next/link';
import { cn } from './cn.ts';
import { formatCount } from './format.ts';
import { FILLS, type Fill, TONE_GLYPH, TONE_TEXT, type Tone } from './tones.ts';

export type BarSegment = {
  key: string;
  label: string;
  count: number;
  tone: Tone;
  href?: string;
  fill?: Fill;
};

type WaveBarProps = { segments: BarSegment[]; label: string; className?: string; legend?: boolean };

/**
 * One horizontal bar of counted segments. Screen readers get the counts as a list; the bar itself is a picture that
 * the mouse may press, and the legend says and links the same. A segment that is not empty is at least 4 px wide, so
 * that one failure in a million is seen.
 */
export function WaveBar({ segments, label, className, legend = false }: WaveBarProps) {
  const shown = segments.filter((segment) => segment.count > 0);
  return (
    <figure className={cn('grid gap-1.5', className)}>
      <figcaption className="sr-only">
        {label}: {barWords(shown)}
      </figcaption>
      <div aria-hidden className={cn('flex w-full gap-0.5', legend ? 'h-3' : 'h-2')}>
        {shown.length === 0 && <span className="h-full flex-1 rounded-[3px] bg-line/70" />}
        {shown.map((segment) => (
          <Segment key={segment.key} segment={segment} />
        ))}
      </div>
      {legend && (
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-muted text-sm">
          {shown.map((segment) => (
            <li key={segment.key} data-segment={segment.label}>
              <Legend segment={segment} />
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}

/** What a bar shows, in words. */
export function barWords(shown: readonly BarSegment[]): string {
  return shown.length === 0
    ? 'no vehicles'
    : shown.map((segment) => `${segment.label} ${formatCount(segment.count)}`).join(', ');
}

/** One segment of a bar, as wide as its share; pressed by the mouse it leads to what it counts. */
export function Segment({ segment, name = segment.label }: { segment: BarSegment; name?: string }) {
  const look = cn(
    'h-full min-w-1 rounded-[2px]',
    TONE_TEXT[segment.tone],
    FILLS[segment.fill ?? 'solid'],
    segment.href && 'hover:outline-2 hover:outline-accent',
  );
  const style = { flexGrow: segment.count, flexBasis: 0 };
  const title = `${name}: ${formatCount(segment.count)}`;
  return segment.href ? (
    <Link href={segment.href} tabIndex={-1} title={title} className={look} style={style} prefetch={false} />
  ) : (
    <span title={title} className={look} style={style} />
  );
}

function Legend({ segment }: { segment: BarSegment }) {
  const content = (
    <>
      <span
        aria-hidden
        className={cn(
          'inline-block h-2.5 w-4 rounded-[2px]',
          TONE_TEXT[segment.tone],
          FILLS[segment.fill ?? 'solid'],
        )}
      />
      <span aria-hidden className={cn('font-mono text-[11px]', TONE_TEXT[segment.tone])}>
        {TONE_GLYPH[segment.tone]}
      </span>
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
