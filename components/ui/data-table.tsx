'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { useRouter } from 'next/navigation';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useHotkeys } from 'react-hotkeys-hook';
import { cn } from './cn.ts';
import { useHydrated } from './use-hydrated.ts';

export type Column<Row> = {
  id: string;
  header: ReactNode;
  cell(row: Row): ReactNode;
  /** Width in px; columns without one share the rest. */
  width?: number;
  align?: 'end';
  /** For `aria-sort`; the header itself is the link or button that sorts. */
  sorted?: 'ascending' | 'descending';
};

type DataTableProps<Row> = {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey(row: Row): string;
  /** Where Enter, a click beside links, or O leads. */
  rowHref?(row: Row): string;
  /** All there are, not only those loaded; said to screen readers. */
  total?: number;
  /** Called when the end comes near and there is more. */
  onEndReached?: (() => void) | undefined;
  /** Keys of the rows that can be seen, for live reads of just those. */
  onVisible?(rows: Row[]): void;
  /** What Space does with the row that has the focus, such as choosing it. */
  onToggle?(row: Row): void;
  /** Rows to be set off, such as chosen ones. */
  isMarked?(row: Row): boolean;
  /** J and K work only while the table has the focus, where they mean something else beside it. */
  keysInside?: boolean;
  minWidth?: number;
  /** Height in px that the server fills with rows: as high as the table can be on a usual screen. */
  firstHeight?: number;
  className?: string;
};

const ROW_PX = 32;

/** A region that scrolls must be reachable by keyboard. */
const scrollable = { tabIndex: 0 };

/**
 * A virtual table: real table elements, rows of 32 px, one tab stop that J, K and the arrows move, Enter
 * opens. Sorting, filters and paging belong to the URL and the server, so it holds none of them.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const {
    label,
    columns,
    rows,
    rowKey,
    rowHref,
    total,
    onEndReached,
    onVisible,
    onToggle,
    isMarked,
    keysInside = false,
    minWidth = 720,
    firstHeight = 960,
    className,
  } = props;
  const router = useRouter();
  const frame = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    // Rows out of sight wait for the browser.
    overscan: useHydrated() ? 12 : 0,
    initialRect: { width: 1000, height: firstHeight },
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;
  const before = items[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);

  useEffect(() => {
    if (last >= rows.length - 20) onEndReached?.();
  }, [last, rows.length, onEndReached]);
  useEffect(() => {
    onVisible?.(rows.slice(first, last + 1));
  }, [first, last, rows, onVisible]);

  const focusRow = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(next);
    virtualizer.scrollToIndex(next, { align: 'auto' });
    requestAnimationFrame(() => {
      frame.current?.querySelector<HTMLElement>(`tr[data-index="${next}"]`)?.focus({ preventScroll: true });
    });
  };
  const step = (by: 1 | -1) => {
    const hasFocus = frame.current?.contains(document.activeElement) ?? false;
    if (hasFocus || !keysInside) focusRow(hasFocus ? active + by : active);
  };
  useHotkeys('j', () => step(1), [active, rows.length, keysInside]);
  useHotkeys('k', () => step(-1), [active, rows.length, keysInside]);

  const open = (row: Row | undefined) => {
    if (row !== undefined && rowHref) router.push(rowHref(row));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTableRowElement>, index: number) => {
    if (event.target !== event.currentTarget) return;
    const jump: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + 15,
      PageUp: index - 15,
      Home: 0,
      End: rows.length - 1,
    };
    const next = jump[event.key];
    if (next !== undefined) {
      event.preventDefault();
      focusRow(next);
    } else if (event.key === 'Enter') open(rows[index]);
    else if (event.key === ' ' && onToggle) {
      const row = rows[index];
      event.preventDefault();
      if (row !== undefined) onToggle(row);
    }
  };

  return (
    <section
      ref={frame}
      aria-label={label}
      {...scrollable}
      data-inset-focus
      className={cn('relative overflow-auto', className)}
    >
      <table
        aria-rowcount={(total ?? rows.length) + 1}
        className="w-full table-fixed border-separate border-spacing-0"
        style={{ minWidth }}
      >
        <colgroup>
          {columns.map((column) => (
            <col key={column.id} style={column.width ? { width: column.width } : undefined} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                aria-sort={column.sorted}
                className={cn(
                  'sticky top-0 z-10 h-8 truncate border-line border-b bg-surface px-3 text-left font-medium text-muted',
                  column.align === 'end' && 'text-right',
                )}
              >
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr aria-hidden style={{ height: before }} />}
          {items.map(({ index }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <tr
                key={rowKey(row)}
                data-index={index}
                data-key={rowKey(row)}
                data-inset-focus
                aria-rowindex={index + 2}
                tabIndex={index === active ? 0 : -1}
                onFocus={() => setActive(index)}
                onKeyDown={(event) => onKeyDown(event, index)}
                onClick={(event) => {
                  if (!(event.target instanceof Element) || event.target.closest('a,button,input,label'))
                    return;
                  if (!getSelection()?.toString()) open(row);
                }}
                className={cn(
                  'hover:bg-raised/70 focus-visible:bg-raised',
                  rowHref && 'cursor-default',
                  isMarked?.(row) && 'bg-raised/60',
                )}
              >
                {columns.map((column) => (
                  <td
                    key={column.id}
                    className={cn(
                      'h-8 truncate border-line/70 border-b px-3',
                      column.align === 'end' && 'text-right',
                    )}
                  >
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          {after > 0 && <tr aria-hidden style={{ height: after }} />}
        </tbody>
      </table>
    </section>
  );
}
