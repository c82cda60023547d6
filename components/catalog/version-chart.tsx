'use client';

import { Area, AreaChart, ReferenceLine, XAxis, YAxis } from 'recharts';
import { useWidth } from '#components/ui/use-width.ts';
import type { VersionLayer } from './version-layers.ts';

const compact = new Intl.NumberFormat('en-US', { notation: 'compact' });
const tick = { fill: 'var(--muted)', fontSize: 11 };

type VersionChartProps = { days: string[]; layers: VersionLayer[]; marked: string | undefined; name: string };

/** ECUs by version over days, stacked; a day without a count is a gap. */
export function VersionChart({ days, layers, marked, name }: VersionChartProps) {
  const [frame, width] = useWidth();
  const data = days.map((day, index) => ({
    day,
    ...Object.fromEntries(layers.map(({ key, counts }) => [key, counts[index] ?? null])),
  }));
  // One day alone has no area: it is drawn as wide as two.
  const drawn = data.length === 1 ? [data[0], { ...data[0], day: 'today' }] : data;
  return (
    <figure>
      <figcaption className="sr-only">{name}</figcaption>
      <div ref={frame} aria-hidden className="h-52 min-w-0 overflow-hidden">
        {width > 0 && (
          <AreaChart
            width={width}
            height={208}
            data={drawn}
            margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
            accessibilityLayer={false}
          >
            <XAxis
              dataKey="day"
              tickFormatter={(day: string) => day.slice(5)}
              tick={tick}
              stroke="var(--line)"
              minTickGap={40}
            />
            <YAxis
              width={44}
              tick={tick}
              stroke="var(--line)"
              allowDecimals={false}
              tickFormatter={(count: number) => compact.format(count)}
            />
            {layers.map(({ key, colour, opacity }) => (
              <Area
                key={key}
                dataKey={key}
                type="linear"
                stackId="versions"
                stroke="var(--surface)"
                strokeWidth={1}
                fill={colour}
                fillOpacity={opacity}
                connectNulls={false}
                isAnimationActive={false}
              />
            ))}
            {marked !== undefined && <ReferenceLine x={marked} stroke="var(--fg)" />}
          </AreaChart>
        )}
      </div>
    </figure>
  );
}
