import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export type PlainColumn = {
  header: ReactNode;
  align?: 'end';
  className?: string;
  /** For `aria-sort`; the header itself is the button that sorts. */
  sorted?: 'ascending' | 'descending';
};
export type PlainRow = { key: string; cells: ReactNode[]; className?: string };

type PlainTableProps = {
  label: string;
  columns: PlainColumn[];
  rows: PlainRow[];
  empty?: ReactNode;
  className?: string;
};

/** A region that scrolls must be reachable by keyboard. */
const scrollable = { tabIndex: 0 };

/** A short table without scrolling of its own rows; wide ones scroll sideways in their frame. */
export function PlainTable({ label, columns, rows, empty, className }: PlainTableProps) {
  if (rows.length === 0 && empty) return <div className="px-4 py-6 text-muted">{empty}</div>;
  return (
    <section
      aria-label={label}
      {...scrollable}
      data-inset-focus
      className={cn('relative overflow-x-auto', className)}
    >
      <table className="w-full">
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th
                // biome-ignore lint/suspicious/noArrayIndexKey: columns never move.
                key={index}
                scope="col"
                aria-sort={column.sorted}
                className={cn(
                  'h-8 whitespace-nowrap border-line border-b px-3 text-left font-medium text-muted first:pl-4 last:pr-4',
                  column.align === 'end' && 'text-right',
                )}
              >
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} data-key={row.key} className={cn('hover:bg-raised/60', row.className)}>
              {row.cells.map((cell, index) => (
                <td
                  // biome-ignore lint/suspicious/noArrayIndexKey: cells never move.
                  key={index}
                  className={cn(
                    'h-8 border-line/70 border-b px-3 py-1 first:pl-4 last:pr-4',
                    columns[index]?.align === 'end' && 'whitespace-nowrap text-right',
                    columns[index]?.className,
                  )}
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
