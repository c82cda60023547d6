import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';

type SortButtonProps = {
  label: string;
  active: boolean;
  descending: boolean;
  /** Order of the first press; descending for instants, of which the newest matter. */
  startsDescending?: boolean;
  onSort(descending: boolean): void;
};

/** The head of a column that sorts; a second press turns the order round. */
export function SortButton({ label, active, descending, startsDescending = false, onSort }: SortButtonProps) {
  const Arrow = descending ? ArrowDown : ArrowUp;
  return (
    <button
      type="button"
      onClick={() => onSort(active ? !descending : startsDescending)}
      className="-mx-1 inline-flex h-6 items-center gap-1 rounded-sm px-1 hover:text-fg"
    >
      {label}
      {active && <Arrow aria-hidden className="size-3" />}
    </button>
  );
}

/** Header and `aria-sort` of such a column, to be spread into it. */
export function sortable(button: SortButtonProps): {
  header: ReactNode;
  sorted?: 'ascending' | 'descending';
} {
  const header = <SortButton {...button} />;
  return button.active ? { header, sorted: button.descending ? 'descending' : 'ascending' } : { header };
}
