'use client';

import { Area, AreaChart, ReferenceLine, XAxis, YAxis } from 'recharts';
import { formatCount, formatInstant } from '#components/ui/format.ts';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { useWidth } from '#components/ui/use-width.ts';
import { type CoursePoint, LAYERS, layersOf } from './course-points.ts';

const compact = new Intl.NumberFormat('en-US', { notation: 'compact' });
const tick = { fill: 'var(--muted)', fontSize: 11 };

/** Vehicles by state over time, stacked; `marked` is the point that a replay shows. */
export function CourseChart({ points, marked }: { points: CoursePoint[]; marked: number | undefined }) {
  const [frame, width] = useWidth();
  const data = points.map(({ at, counts }) => ({ at, ...layersOf(counts) }));
  const span = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
  const last = layersOf(points.at(-1)?.counts ?? {});
  const summary = LAYERS.map(({ key, label }) => `${label} ${formatCount(last[key] ?? 0)}`).join(', ');
  return (
    <figure className="grid gap-2">
      <figcaption className="sr-only">Vehicles by state over time. At the end: {summary}.</figcaption>
      <div ref={frame} aria-hidden className="h-56 min-w-0 overflow-hidden">
        {width > 0 && (
          <AreaChart
            width={width}
            height={224}
            data={data}
            margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
            accessibilityLayer={false}
          >
            <XAxis
              dataKey="at"
              type="number"
              scale="time"
              domain={['dataMin', 'dataMax']}
              tickFormatter={(at: number) => timeOf(at, span)}
              tick={tick}
              stroke="var(--line)"
              minTickGap={48}
            />
            <YAxis
              width={44}
              tick={tick}
              stroke="var(--line)"
              allowDecimals={false}
              tickFormatter={(count: number) => compact.format(count)}
            />
            {LAYERS.map(({ key, colour, opacity }) => (
              <Area
                key={key}
                dataKey={key}
                type="stepAfter"
                stackId="course"
                stroke="none"
                fill={colour}
                fillOpacity={opacity}
                isAnimationActive={false}
              />
            ))}
            {marked !== undefined && <ReferenceLine x={marked} stroke="var(--fg)" />}
          </AreaChart>
        )}
      </div>
      <ul aria-hidden className="flex flex-wrap gap-x-4 gap-y-1 text-muted text-sm">
        {LAYERS.map(({ key, label, colour, opacity }) => (
          <li key={key} className="inline-flex items-center gap-1.5">
            <span className="size-2 rounded-[2px]" style={{ background: colour, opacity }} />
            {label}
          </li>
        ))}
      </ul>
    </figure>
  );
}

function timeOf(at: number, span: number): string {
  const text = formatInstant(new Date(at));
  if (span > 3 * 86_400_000) return text.slice(5, 10);
  return span > 600_000 ? text.slice(11, 16) : text.slice(11);
}

const MOST_ROWS = 60;

/** The same as a table, thinned out to a readable length. */
export function CourseTable({ points }: { points: CoursePoint[] }) {
  const every = Math.ceil(points.length / MOST_ROWS);
  const shown = points.filter((_, index) => index % every === 0 || index === points.length - 1);
  return (
    <PlainTable
      label="Vehicles by state over time"
      className="max-h-72 overflow-y-auto"
      columns={[{ header: 'Time' }, ...LAYERS.map(({ label }) => ({ header: label, align: 'end' as const }))]}
      rows={shown.toReversed().map(({ at, counts }) => {
        const layers = layersOf(counts);
        return {
          key: String(at),
          cells: [formatInstant(new Date(at)), ...LAYERS.map(({ key }) => formatCount(layers[key] ?? 0))],
        };
      })}
    />
  );
}
