import { Download } from 'lucide-react';
import { buttonClass } from './button.tsx';

type CsvLinkProps = {
  href: string;
  /** What it holds, where a page has several. */
  of?: string;
  /** In the head of a panel. */
  small?: boolean;
};

/** Leads to a list's CSV: all that is filtered, not only what is on the page. */
export function CsvLink({ href, of, small = false }: CsvLinkProps) {
  return (
    <a
      className={buttonClass(small ? { size: 'small' } : {})}
      href={href}
      aria-label={of && `CSV of ${of}`}
      data-print="hide"
      download
    >
      <Download aria-hidden /> CSV
    </a>
  );
}
