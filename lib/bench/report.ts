import type { BenchResult } from './entry.ts';

const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

function figure(value: number | undefined): string {
  return value === undefined ? '–' : number.format(value);
}

/** A result as one line for a person. */
export function lineOf(result: BenchResult): string {
  const mark = result.reached === undefined ? ' ' : result.reached ? '✓' : '✕';
  const limit =
    result.limit === undefined ? '' : `  limit ${figure(result.limit)} (×${figure(result.ratioToLimit)})`;
  const rival =
    result.rival === undefined ? '' : `  rival ${figure(result.rival)} (×${figure(result.ratioToRival)})`;
  const note = result.note ? `\n    ${result.note}` : '';
  return `${mark} ${result.name.padEnd(28)} ${figure(result.value)} ${result.unit}${limit}${rival}  goal: ${result.goal}  n=${result.samples}${note}`;
}
