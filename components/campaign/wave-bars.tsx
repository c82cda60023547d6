import { segmentsOf } from '#components/ui/campaign-segments.ts';
import { cn } from '#components/ui/cn.ts';
import { formatCount } from '#components/ui/format.ts';
import { TONE_FILL } from '#components/ui/tones.ts';

type Count = { wave: number; state: string; count: number };

/** A campaign's waves side by side on one line, each as wide as its share of the vehicles (but to be seen). */
export function WaveBars({ counts, label }: { counts: readonly Count[]; label: string }) {
  const waves = [...new Set(counts.map(({ wave }) => wave))].sort((a, b) => a - b);
  const all = segmentsOf(counts).filter(({ count }) => count > 0);
  if (all.length === 0) return <span className="text-muted">not planned</span>;
  return (
    <span className="block">
      <span className="sr-only">
        {label}: {all.map((segment) => `${segment.label} ${formatCount(segment.count)}`).join(', ')}
      </span>
      <span aria-hidden className="flex h-2 gap-1">
        {waves.map((wave) => {
          const segments = segmentsOf(counts.filter((count) => count.wave === wave)).filter(
            ({ count }) => count > 0,
          );
          const size = segments.reduce((sum, { count }) => sum + count, 0);
          if (size === 0) return null;
          return (
            <span
              key={wave}
              className="flex min-w-4 gap-px overflow-hidden rounded-[3px] bg-line/70"
              style={{ flexGrow: size, flexBasis: 0 }}
            >
              {segments.map((segment) => (
                <span
                  key={segment.key}
                  title={`Wave ${wave + 1}, ${segment.label}: ${formatCount(segment.count)}`}
                  className={cn('h-full min-w-[3px]', TONE_FILL[segment.tone], segment.faint && 'opacity-45')}
                  style={{ flexGrow: segment.count, flexBasis: 0 }}
                />
              ))}
            </span>
          );
        })}
      </span>
    </span>
  );
}
