import { type Difference, diffJson } from './diff.ts';

/** A region that scrolls must be reachable by keyboard. */
const scrollable = { tabIndex: 0 };

const MOST_LINES = 60;

/** What a change made of what: before and after, field by field. */
export function AuditDiff({ before, after }: { before: unknown; after: unknown }) {
  const lines = diffJson(before, after);
  if (lines.length === 0) return <p className="text-muted">The row says nothing more.</p>;
  return (
    <section aria-label="Before and after" {...scrollable} className="overflow-x-auto">
      <table className="min-w-96 text-sm">
        <thead>
          <tr className="text-left text-muted">
            <th scope="col" className="pr-6 font-medium">
              Field
            </th>
            <th scope="col" className="pr-6 font-medium">
              Before
            </th>
            <th scope="col" className="font-medium">
              After
            </th>
          </tr>
        </thead>
        <tbody className="align-top font-mono">
          {lines.slice(0, MOST_LINES).map((line) => (
            <tr key={line.path}>
              <th scope="row" className="pr-6 text-left font-normal text-muted">
                {line.path}
              </th>
              <td className="max-w-md break-all pr-6">
                {line.before !== undefined &&
                  (isReplaced(line) ? (
                    <del className="text-failed">{line.before}</del>
                  ) : (
                    <span>{line.before}</span>
                  ))}
              </td>
              <td className="max-w-md break-all">
                {line.after !== undefined &&
                  (isReplaced(line) ? (
                    <ins className="text-done no-underline">{line.after}</ins>
                  ) : (
                    <span>{line.after}</span>
                  ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {lines.length > MOST_LINES && (
        <p className="mt-1 text-muted text-sm">
          {lines.length - MOST_LINES} more fields; the CSV has them all.
        </p>
      )}
    </section>
  );
}

/** What stands on one side only is what the row says beyond the change. */
function isReplaced({ before, after, changed }: Difference): boolean {
  return changed && before !== undefined && after !== undefined;
}
