import { type FocusEvent, type KeyboardEvent, useState } from 'react';

const STEPS: Record<string, (at: number, last: number) => number> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
};

/**
 * Makes one row of a table a stop for Tab, and arrow keys, Home and End the way between rows; the column stays. Rows are
 * those with a `data-key`; what in them takes the focus gets its `tabIndexOf`, what stands around the table the handlers.
 */
export function useRovingRows(keys: readonly string[]) {
  const [focused, setFocused] = useState<string>();
  const current = focused !== undefined && keys.includes(focused) ? focused : keys[0];
  return {
    tabIndexOf: (key: string) => (key === current ? 0 : -1),
    onFocus({ target }: FocusEvent<HTMLElement>) {
      const key = target.closest<HTMLElement>('[data-key]')?.dataset.key;
      if (key !== undefined) setFocused(key);
    },
    onKeyDown(event: KeyboardEvent<HTMLElement>) {
      const step = STEPS[event.key];
      const row = (event.target as HTMLElement).closest('[data-key]');
      if (!step || !row) return;
      const rows = [...event.currentTarget.querySelectorAll('[data-key]')];
      const column = stopsOf(row).indexOf(event.target as HTMLElement);
      const next = rows[step(rows.indexOf(row), rows.length - 1)];
      const stops = next ? stopsOf(next) : [];
      (stops[column] ?? stops[0])?.focus();
      event.preventDefault();
    },
  };
}

function stopsOf(row: Element): HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>('a[href], input, button')];
}
