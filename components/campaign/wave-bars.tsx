import { assignmentsHref } from '#components/monitor/assignment-url.ts';
import { segmentsOf } from '#components/ui/campaign-segments.ts';
import { barWords, Segment } from '#components/ui/wave-bar.tsx';

/** Of a segment and the gap after it. */
const LEAST_PX = 6;

type Count = { wave: number; state: string; count: number };
type WaveBarsProps = { counts: readonly Count[]; label: string; campaignId: string };

/** A campaign's waves side by side on one line, each as wide as its share of the vehicles (but to be seen). */
export function WaveBars({ counts, label, campaignId }: WaveBarsProps) {
  const waves = [...new Set(counts.map(({ wave }) => wave))].sort((a, b) => a - b);
  const all = segmentsOf(counts).filter(({ count }) => count > 0);
  if (all.length === 0) return <span className="text-muted">not planned</span>;
  return (
    <span className="relative block">
      <span className="sr-only">
        {label}: {barWords(all)}
      </span>
      <span aria-hidden className="flex h-2.5 gap-1.5">
        {waves.map((wave) => {
          const segments = segmentsOf(
            counts.filter((count) => count.wave === wave),
            (state) => assignmentsHref(campaignId, { wave: wave + 1, state }),
          ).filter(({ count }) => count > 0);
          const size = segments.reduce((sum, { count }) => sum + count, 0);
          if (size === 0) return null;
          return (
            <span
              key={wave}
              className="flex gap-0.5"
              style={{ flexGrow: size, flexBasis: 0, minWidth: segments.length * LEAST_PX }}
            >
              {segments.map((segment) => (
                <Segment key={segment.key} segment={segment} name={`Wave ${wave + 1}, ${segment.label}`} />
              ))}
            </span>
          );
        })}
      </span>
    </span>
  );
}
