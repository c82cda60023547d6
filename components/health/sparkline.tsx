/** A course in a line, for the eye alone: the figure beside it says it in words. */
export function Sparkline({ label, values }: { label: string; values: readonly number[] }) {
  const most = Math.max(1, ...values);
  const points = values.map(
    (value, index) => `${(100 * index) / Math.max(1, values.length - 1)},${23 - (22 * value) / most}`,
  );
  return (
    <svg
      viewBox="0 0 100 24"
      preserveAspectRatio="none"
      aria-hidden="true"
      className="mt-0.5 h-4 w-full text-running"
    >
      <title>{label}</title>
      {values.length > 1 && (
        <polyline
          points={points.join(' ')}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          vectorEffect="non-scaling-stroke"
        />
      )}
    </svg>
  );
}
